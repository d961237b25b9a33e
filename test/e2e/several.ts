import type { Socket } from 'socket.io-client';
import { WITHOUT_RATE_LIMITS } from '../abuse/clinic.js';
import { ROUND_THE_CLOCK } from '../support/clinic.js';
import { createEmptyDatabase, createTestDatabase } from '../support/postgres.js';
import type { ServerProcess, Servers } from '../support/server-process.js';
import { signToken, TEST_SECRET } from '../support/tokens.js';
import { joinUntilAccepted, next } from './client.js';

const ADMIN = { sub: 'admin-1', role: 'admin' } as const;
const HOUR_MINUTES = 60;

export interface ApiAnswer {
  readonly status: number;
  readonly etag: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface ApiCall {
  readonly body?: unknown;
  readonly ifMatch?: string | null;
}

/** One of the processes of a chat. */
export interface Member {
  readonly server: ServerProcess;
  /** As the administrator, below `/api/v1`. */
  call(method: string, path: string, call?: ApiCall): Promise<ApiAnswer>;
  connect(person: { readonly sub: string; readonly role: string }): Promise<Socket>;
  /** A number of `/metrics`, without the prefix of its name. */
  metric(name: string): Promise<number>;
}

export interface SeveralOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Whether the migrations have been applied before. */
  readonly isMigrated?: boolean;
}

export interface Several {
  readonly members: readonly Member[];
  readonly databaseUrl: string;
  close(): Promise<void>;
}

/** Processes that are started in the same moment on one database. */
export async function startSeveral(
  servers: Servers,
  count: number,
  { env = {}, isMigrated = true }: SeveralOptions = {},
): Promise<Several> {
  const { databaseUrl, drop } = await (isMigrated ? createTestDatabase() : createEmptyDatabase());
  const started = await Promise.all(
    Array.from({ length: count }, () => servers.start({ env: { ...envOf(databaseUrl), ...env } })),
  );
  return {
    members: started.map((server) => memberOf(server, servers)),
    databaseUrl,
    close: async () => {
      await Promise.all(started.map((server) => server.stop()));
      await drop();
    },
  };
}

export function envOf(databaseUrl: string): Readonly<Record<string, string>> {
  return { DATABASE_URL: databaseUrl, CHAT_JWT_SECRET: TEST_SECRET, ...WITHOUT_RATE_LIMITS };
}

export function memberOf(server: ServerProcess, servers: Servers): Member {
  const adminToken = signToken(ADMIN);
  return {
    server,
    call: async (method, path, { body, ifMatch = null } = {}) => {
      const answer = await fetch(`${server.url}/api/v1/${path}`, {
        method,
        headers: {
          authorization: `Bearer ${await adminToken}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(ifMatch === null ? {} : { 'if-match': ifMatch }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      const etag = answer.headers.get('etag');
      return {
        status: answer.status,
        etag,
        body: text === '' ? {} : (JSON.parse(text) as ApiAnswer['body']),
      };
    },
    connect: async (person) => servers.connect(server.url, { auth: { token: await signToken(person) } }),
    metric: async (name) => {
      const page = await (await fetch(`${server.url}/metrics`)).text();
      const [, value] = new RegExp(`^consultation_chat_${name} (\\S+)$`, 'm').exec(page) ?? [];
      return Number(value);
    },
  };
}

/** A consultation of one test's own. */
export interface Case {
  readonly id: string;
  readonly patient: { readonly sub: string; readonly role: 'patient' };
  readonly doctor: { readonly sub: string; readonly role: 'doctor' };
}

let cases = 0;

/** @param forMs how long it stays open; ten hours unless told. */
export async function openCase({ call }: Member, forMs?: number): Promise<Case> {
  cases += 1;
  const [id, patientId, doctorId] = [`consultation-${cases}`, `patient-${cases}`, `doctor-${cases}`];
  const expiry = () =>
    forMs === undefined
      ? { durationMinutes: 10 * HOUR_MINUTES }
      : { expiresAt: new Date(Date.now() + forMs).toISOString() };
  const created = [
    await call('POST', 'patients', { body: { id: patientId, name: 'Mx One' } }),
    await call('POST', 'doctors', {
      body: { id: doctorId, name: 'Dr One', timeZone: 'UTC', windows: ROUND_THE_CLOCK },
    }),
    await call('POST', 'consultations', { body: { id, patientId, doctorId, ...expiry() } }),
  ];
  for (const { status, body } of created)
    if (status !== 201) throw new Error(`not created: ${status} ${JSON.stringify(body)}`);
  return {
    id,
    patient: { sub: patientId, role: 'patient' },
    doctor: { sub: doctorId, role: 'doctor' },
  };
}

export interface People extends Case {
  /** On one process. */
  readonly patientOnA: Socket;
  /** On the other one. */
  readonly doctorOnB: Socket;
}

export async function openWithPeople(a: Member, b: Member): Promise<People> {
  const opened = await openCase(a);
  const [patientOnA, doctorOnB] = [await a.connect(opened.patient), await b.connect(opened.doctor)];
  return { ...opened, patientOnA, doctorOnB };
}

/** With both of them in it. */
export async function openJoined(a: Member, b: Member): Promise<People> {
  const people = await openWithPeople(a, b);
  const joined = next(people.patientOnA, 'user_joined');
  await joinUntilAccepted(people.patientOnA, people.id);
  await joinUntilAccepted(people.doctorOnB, people.id);
  // That one hears of the other is the proof that the link is there.
  await joined;
  return people;
}
