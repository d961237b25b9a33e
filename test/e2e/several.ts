import type { Socket } from 'socket.io-client';
import { onTestFinished } from 'vitest';
import { WITHOUT_RATE_LIMITS } from '../abuse/clinic.js';
import { ROUND_THE_CLOCK } from '../support/clinic.js';
import { createEmptyDatabase, createTestDatabase } from '../support/postgres.js';
import type { ServerProcess, Servers } from '../support/server-process.js';
import { signToken, TEST_SECRET } from '../support/tokens.js';

export const CONSULTATION = 'consultation-1';
export const PATIENT = { sub: 'patient-1', role: 'patient' } as const;
export const DOCTOR = { sub: 'doctor-1', role: 'doctor' } as const;
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

/** Processes that are started in the same moment on one database, and a consultation between a patient and a doctor. */
export async function startSeveral(
  servers: Servers,
  count: number,
  { env = {}, isMigrated = true }: SeveralOptions = {},
): Promise<{ readonly members: readonly Member[]; readonly databaseUrl: string }> {
  const { databaseUrl, drop } = await (isMigrated ? createTestDatabase() : createEmptyDatabase());
  onTestFinished(drop);
  const started = await Promise.all(
    Array.from({ length: count }, () => servers.start({ env: { ...envOf(databaseUrl), ...env } })),
  );
  onTestFinished(async () => {
    await Promise.all(started.map((server) => server.stop()));
  });
  const members = started.map((server) => memberOf(server, servers));
  const [first] = members;
  if (first !== undefined) await openConsultation(first);
  return { members, databaseUrl };
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

async function openConsultation({ call }: Member): Promise<void> {
  const created = [
    await call('POST', 'patients', { body: { id: PATIENT.sub, name: 'Mx One' } }),
    await call('POST', 'doctors', {
      body: { id: DOCTOR.sub, name: 'Dr One', timeZone: 'UTC', windows: ROUND_THE_CLOCK },
    }),
    await call('POST', 'consultations', {
      body: {
        id: CONSULTATION,
        patientId: PATIENT.sub,
        doctorId: DOCTOR.sub,
        durationMinutes: 10 * HOUR_MINUTES,
      },
    }),
  ];
  for (const { status, body } of created)
    if (status !== 201) throw new Error(`not created: ${status} ${JSON.stringify(body)}`);
}
