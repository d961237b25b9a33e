import pg from 'pg';
import type { Socket } from 'socket.io-client';
import { afterAll, expect } from 'vitest';
import { ROUND_THE_CLOCK } from '../support/clinic.js';
import { createTestDatabase } from '../support/postgres.js';
import { openServers, patiently, type ServerProcess, type Servers } from '../support/server-process.js';
import { signToken, TEST_SECRET } from '../support/tokens.js';

/** What a test may do with it is to make it longer: `ABUSE_RUNS=20000 npx vitest run test/abuse`. */
const DEFAULT_RUNS = 400;
export const RUNS = Number(process.env['ABUSE_RUNS'] ?? DEFAULT_RUNS);
/** For one property, in ms: a long run takes its time. */
export const PROPERTY_LIMIT_MS = 90_000 + RUNS * 60;
/** What takes its time is tried in long runs only. */
export const IS_LONG_RUN = RUNS > DEFAULT_RUNS;

export const AUDIENCE = 'consultation-chat';

/** No limit on how often, for tests that are about something else. */
export const WITHOUT_RATE_LIMITS: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...[
      'MESSAGES',
      'JOINS',
      'TYPING',
      'READS',
      'READ_MARKS',
      'SIGN_INS',
      'INVALID_REQUESTS',
      'HANDSHAKES',
    ].flatMap((kind) => [`${kind}_PER_MINUTE`, `${kind}_BURST`]),
    'API_REQUESTS_PER_MINUTE',
    'FAILED_SIGN_INS_PER_MINUTE',
  ].map((name) => [`RATE_LIMIT_${name}`, '1000000']),
);

/** Three consultations with a patient and a doctor each. Names and first messages occur nowhere else. */
export const HOUSES = {
  a: {
    consultationId: 'consultation-a',
    patientId: 'patient-a',
    doctorId: 'doctor-a',
    said: 'Aortenklappe links',
  },
  b: {
    consultationId: 'consultation-b',
    patientId: 'patient-b',
    doctorId: 'doctor-b',
    said: 'Bauchspeichel hoch',
  },
  /** Nobody attacks it: who is in it notices whether the others are still served. */
  canary: {
    consultationId: 'consultation-canary',
    patientId: 'patient-canary',
    doctorId: 'doctor-canary',
    said: 'Canary sings',
  },
} as const;
export type House = keyof typeof HOUSES;

/** What only those may see whose it is, and no log. */
export function privateWordsOf(house: House): readonly string[] {
  return [HOUSES[house].said, `Mx Vertraulich ${house}`, `Dr Verschwiegen ${house}`];
}

export interface ApiCall {
  readonly method?: string;
  /** Below the server's address. */
  readonly path: string;
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Clinic {
  readonly server: ServerProcess;
  readonly url: string;
  /** `admin`, `patient-a`, `doctor-b` and so on. */
  token(person: string): string;
  /** A connected client, with that token or none. */
  connect(token: string | null, options?: Parameters<Servers['connect']>[1]): Promise<Socket>;
  call(call: ApiCall): Promise<Response>;
  /** The rows of a query on the server's database. */
  query(sql: string): Promise<readonly Record<string, unknown>[]>;
  /** A number of `/metrics`, without the prefix of its name. */
  metric(name: string): Promise<number>;
}

/** With people and consultations in it, unless the server is in demo mode. */
export type OpenClinic = (env?: Readonly<Record<string, string>>) => Promise<Clinic>;

/** A server that lets everybody in who is on this machine. */
export const IN_DEMO_MODE = { CHAT_AUTH: 'demo', CHAT_JWT_SECRET: '', CHAT_JWT_AUDIENCE: '' };

/** Clinics of one test file, at the top level of it: real servers that let in who has a token, on databases of their own. */
export function openClinics(): OpenClinic {
  const servers = openServers();
  const closings: (() => Promise<void>)[] = [];
  afterAll(async () => {
    // Whatever fails: what still runs is ended after this.
    await Promise.allSettled(closings.map((close) => close()));
  });

  return async (env = {}) => {
    const database = await createTestDatabase();
    const { databaseUrl } = database;
    const server = await servers.start({
      env: {
        DATABASE_URL: databaseUrl,
        CHAT_JWT_SECRET: TEST_SECRET,
        CHAT_JWT_AUDIENCE: AUDIENCE,
        LOG_LEVEL: 'debug',
        ...WITHOUT_RATE_LIMITS,
        ...env,
      },
    });
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    closings.push(async () => {
      await server.stop();
      await client.end();
      await database.drop();
    });
    const clinic = clinicOf(server, servers, client, await tokens());
    if (env['CHAT_AUTH'] !== 'demo') await fill(clinic);
    return clinic;
  };
}

function clinicOf(
  server: ServerProcess,
  servers: Servers,
  client: pg.Client,
  known: ReadonlyMap<string, string>,
): Clinic {
  const { url } = server;
  return {
    server,
    url,
    token: (person) => {
      const token = known.get(person);
      if (token === undefined) throw new Error(`${person} is nobody here`);
      return token;
    },
    connect: (token, options) =>
      servers.connect(url, { ...(token === null ? {} : { auth: { token } }), ...options }),
    call: ({ method = 'GET', path, token, body, headers = {} }) =>
      fetch(`${url}${path}`, {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    query: async (sql) => (await client.query(sql)).rows,
    metric: async (name) => {
      const page = await (await fetch(`${url}/metrics`)).text();
      const [, value] = new RegExp(`^consultation_chat_${name} (\\S+)$`, 'm').exec(page) ?? [];
      return Number(value);
    },
  };
}

async function tokens(): Promise<ReadonlyMap<string, string>> {
  const people = Object.values(HOUSES).flatMap(({ patientId, doctorId }) => [
    { sub: patientId, role: 'patient' },
    { sub: doctorId, role: 'doctor' },
  ]);
  const all = [...people, { sub: 'admin', role: 'admin' }];
  return new Map(
    await Promise.all(
      all.map(async (who) => [who.sub, await signToken({ ...who, audience: AUDIENCE })] as const),
    ),
  );
}

async function fill(clinic: Clinic): Promise<void> {
  const token = clinic.token('admin');
  // Repeated while the machine is too slow for the server's own limits: what it then did not say may be stored.
  const create = async (path: string, body: unknown): Promise<void> => {
    await patiently(async () => {
      const { status } = await clinic.call({ method: 'POST', path: `/api/v1/${path}`, token, body });
      expect([201, 409], `${path} was not created`).toContain(status);
    });
  };
  await Promise.all(
    (Object.keys(HOUSES) as House[]).map(async (house) => {
      const { consultationId, patientId, doctorId, said } = HOUSES[house];
      const [, patientName, doctorName] = privateWordsOf(house);
      await create('patients', { id: patientId, name: patientName });
      await create('doctors', { id: doctorId, name: doctorName, timeZone: 'UTC', windows: ROUND_THE_CLOCK });
      await create('consultations', { id: consultationId, patientId, doctorId, durationMinutes: 600 });
      const patient = await clinic.connect(clinic.token(patientId));
      await patiently(async () => {
        const message = { consultationId, sender: 'user', content: said, clientMessageId: 'said' };
        expect(await patient.emitWithAck('send_message', message)).toMatchObject({ ok: true });
      });
      patient.disconnect();
    }),
  );
}
