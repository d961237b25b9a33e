import type { Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, collect } from '../e2e/client.js';
import { signToken } from '../support/tokens.js';
import { expectUnharmed } from './aftermath.js';
import { AUDIENCE, type Clinic, HOUSES, openClinics, privateWordsOf } from './clinic.js';
import { type Route, readSurface, type Surface } from './documents.js';

const openClinic = openClinics();
let clinic: Clinic;
let surface: Surface;
const shown: string[] = [];

beforeAll(async () => {
  clinic = await openClinic();
  surface = await readSurface(clinic);
});

const { consultationId, patientId, doctorId } = HOUSES.a;
/** What the attackers say, and nobody else. */
const SAID = 'Unterschieben';

/** What each event is asked with, as far as its form goes without fault. */
const PAYLOADS: Readonly<Record<string, unknown>> = {
  join_consultation: { consultationId, after: 0 },
  send_message: { consultationId, sender: 'user', content: SAID },
  get_messages: { consultationId },
  mark_read: { consultationId, seq: 1, sender: 'user' },
  typing: { consultationId, isTyping: true },
  watch_inbox: { sort: 'activity', sender: 'doctor', userId: doctorId },
  unwatch_inbox: {},
  end_consultation: { consultationId },
  extend_consultation: { consultationId, durationMinutes: 1 },
  leave_consultation: { consultationId },
};

/** What each route is asked with. */
const CALLS: Readonly<Record<string, { readonly body?: unknown }>> = {
  createDoctor: { body: { id: 'doctor-new', name: SAID, timeZone: 'UTC' } },
  putDoctor: { body: { name: SAID, timeZone: 'UTC' } },
  listDoctors: {},
  getDoctor: {},
  getAvailability: {},
  setSchedule: { body: { windows: [] } },
  setTimeZone: { body: { timeZone: 'Asia/Kathmandu' } },
  setOverride: { body: { windows: [] } },
  removeOverride: {},
  createPatient: { body: { id: 'patient-new', name: SAID } },
  putPatient: { body: { name: SAID } },
  listPatients: {},
  getPatient: {},
  createConsultation: { body: { id: 'consultation-new', patientId, doctorId, durationMinutes: 60 } },
  getMe: {},
  listConsultations: {},
  getConsultation: {},
  extendConsultation: { body: { durationMinutes: 6_000 } },
  endConsultation: {},
  reopenConsultation: { body: { expiresAt: '2099-01-01T00:00:00.000Z' } },
  getMessages: {},
  getAuditTrail: {},
  getAccessLog: {},
};

test('the tables know every event and every route', () => {
  const events = surface.events.map(({ name }) => name).filter((name) => name !== 'authenticate');
  expect(events.sort()).toEqual(Object.keys(PAYLOADS).sort());
  expect(surface.routes.map(({ operationId }) => operationId).sort()).toEqual(Object.keys(CALLS).sort());
});

function pathOf({ template }: Route): string {
  return template
    .replace('{consultationId}', consultationId)
    .replace('{patientId}', patientId)
    .replace('{doctorId}', doctorId)
    .replace('{date}', '2026-12-24');
}

async function callAs(token: string | undefined, route: Route): Promise<{ status: number; text: string }> {
  const call = { method: route.method, path: pathOf(route), ...CALLS[route.operationId] };
  const response = await clinic.call(token === undefined ? call : { ...call, token });
  return { status: response.status, text: await response.text() };
}

/** All that could tell that something was stored, or that somebody was shown something. */
/** Leaving aside what people read of themselves, and that they left, which is stored behind their backs. */
async function storedSoFar(): Promise<readonly unknown[]> {
  return clinic.query(`
    SELECT (SELECT count(*) FROM events) AS events, (SELECT count(*) FROM messages) AS messages,
           (SELECT count(*) FROM access_log
            WHERE action <> 'leave' AND subject_id IS DISTINCT FROM reader_id) AS reads, (SELECT count(*) FROM users) AS patients,
           (SELECT count(*) FROM doctors) AS doctors, (SELECT count(*) FROM consultations) AS consultations`);
}

/** Something else in the place of a part of a token, which keeps its signature. */
function withClaims(token: string, changes: object): string {
  const [header = '', claims = '', signature = ''] = token.split('.');
  const own: object = JSON.parse(Buffer.from(claims, 'base64url').toString());
  return [header, encode({ ...own, ...changes }), signature].join('.');
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

const PARTY = { sub: patientId, role: 'patient', audience: AUDIENCE };
const CLAIMS = { sub: patientId, role: 'admin', aud: AUDIENCE, exp: 4_102_444_800 };

/** Tokens that prove nothing; each would let its bearer in if one thing were not looked at. */
const WRONG: Readonly<Record<string, () => Promise<string> | string>> = {
  garbage: () => 'garbage',
  'three parts of garbage': () => 'gar.ba.ge',
  'alg none': () => `${encode({ alg: 'none', typ: 'JWT' })}.${encode(CLAIMS)}.`,
  'alg none with a signature': async () =>
    `${encode({ alg: 'none' })}.${encode(CLAIMS)}.${(await signToken(PARTY)).split('.')[2]}`,
  'no signature': async () => `${(await signToken(PARTY)).split('.').slice(0, 2).join('.')}.`,
  'another key': () => signToken({ ...PARTY, secret: 'another-secret-of-32-bytes-long-' }),
  'an empty key in the header': () =>
    signToken({ ...PARTY, secret: '\0'.repeat(32), header: { jwk: { kty: 'oct', k: 'A'.repeat(43) } } }),
  'an algorithm that is not configured': () =>
    signToken({ ...PARTY, secret: 'x'.repeat(64), header: { alg: 'HS512' } }),
  expired: () => signToken({ ...PARTY, expiresIn: -60 }),
  'no expiry': () => signToken({ ...PARTY, expiresIn: null }),
  'not yet valid': () => signToken({ ...PARTY, claims: { nbf: 4_102_444_700 } }),
  'issued in the future': () => signToken({ ...PARTY, claims: { iat: 4_102_444_700, exp: 4_102_444_800 } }),
  'another audience': () => signToken({ ...PARTY, audience: 'billing' }),
  'no audience': () => signToken({ sub: patientId, role: 'patient' }),
  'role changed': async () => withClaims(await signToken(PARTY), { role: 'admin' }),
  'sub changed': async () =>
    withClaims(await signToken({ ...PARTY, sub: HOUSES.b.patientId }), { sub: patientId }),
  'exp changed': async () =>
    withClaims(await signToken({ ...PARTY, expiresIn: -60 }), { exp: 4_102_444_800 }),
  'a role that there is not': () => signToken({ ...PARTY, role: 'root' }),
  'a sub that is no id': () => signToken({ ...PARTY, sub: '*' }),
  'absurdly large': () => signToken({ ...PARTY, claims: { padding: 'x'.repeat(9_000) } }),
};

describe.each(Object.keys(WRONG))('a token that is wrong: %s', (what) => {
  const code = what === 'expired' ? 'auth.expired' : 'auth.invalid';
  let token: string;
  let before: readonly unknown[];

  beforeAll(async () => {
    token = (await WRONG[what]?.()) ?? '';
    shown.push(token);
    before = await storedSoFar();
  });

  afterAll(async () => {
    expect(await storedSoFar()).toEqual(before);
  });

  test('opens no connection', async () => {
    const refused: unknown = await clinic.connect(token).catch((error: unknown) => error);
    expect(refused).toMatchObject({ data: { code } });
  });

  test('signs nobody in, for any event', async () => {
    const socket = await clinic.connect(null);
    const heard: unknown[] = [];
    socket.onAny((...event) => heard.push(event));
    expect(await ask(socket, 'authenticate', { token })).toMatchObject({ error: { code } });
    for (const [event, payload] of Object.entries(PAYLOADS)) {
      const answer = await ask(socket, event, { ...(payload as object), token });
      expect([event, answer.error?.code]).toEqual([event, 'auth.required']);
    }
    expect(heard).toEqual([]);
    socket.disconnect();
  });

  test('answers no route', async () => {
    for (const route of surface.routes) {
      const { status, text } = await callAs(token, route);
      // Too large for a header, the parser says so first.
      expect([route.operationId, status, JSON.parse(text).code]).toEqual([route.operationId, 401, code]);
    }
  });
});

test('without any token nobody is anybody', async () => {
  const before = await storedSoFar();
  const socket = await clinic.connect(null);
  for (const [event, payload] of Object.entries(PAYLOADS)) {
    expect([event, (await ask(socket, event, payload)).error?.code]).toEqual([event, 'auth.required']);
  }
  for (const nothing of [{ token: '' }, { token: null }, {}, null, 7]) {
    const { code } = (await ask(socket, 'authenticate', nothing)).error ?? { code: null };
    expect(['auth.required', 'auth.invalid', 'request.invalid']).toContain(code);
  }
  for (const route of surface.routes) {
    const { status, text } = await callAs(undefined, route);
    expect([route.operationId, status, JSON.parse(text).code]).toEqual([
      route.operationId,
      401,
      'auth.required',
    ]);
  }
  expect(await storedSoFar()).toEqual(before);
});

/** What good tokens of others get. `ok`: what is refused to nobody, or is theirs; the rest is a code. */
type Expected = 'ok' | `${string}.${string}`;

const STRANGER_EVENTS: Readonly<Record<string, Expected>> = {
  join_consultation: 'consultation.not_found',
  // Leaving where one is not is no error, whether it exists or not.
  leave_consultation: 'ok',
  send_message: 'consultation.not_found',
  get_messages: 'consultation.not_found',
  mark_read: 'consultation.not_found',
  // Their own, whatever they claim.
  watch_inbox: 'ok',
  unwatch_inbox: 'ok',
  end_consultation: 'consultation.not_found',
  extend_consultation: 'consultation.not_found',
  // Only where one has joined, whether it exists or not.
  typing: 'request.invalid',
};

const STRANGER_ROUTES: Readonly<Record<string, Expected>> = {
  createDoctor: 'auth.forbidden',
  putDoctor: 'auth.forbidden',
  listDoctors: 'ok',
  getDoctor: 'ok',
  getAvailability: 'ok',
  setSchedule: 'auth.forbidden',
  setTimeZone: 'auth.forbidden',
  setOverride: 'auth.forbidden',
  removeOverride: 'auth.forbidden',
  createPatient: 'auth.forbidden',
  putPatient: 'auth.forbidden',
  listPatients: 'auth.forbidden',
  getPatient: 'patient.not_found',
  createConsultation: 'auth.forbidden',
  // Their own.
  getMe: 'ok',
  listConsultations: 'ok',
  getConsultation: 'consultation.not_found',
  extendConsultation: 'consultation.not_found',
  endConsultation: 'consultation.not_found',
  reopenConsultation: 'consultation.not_found',
  getMessages: 'consultation.not_found',
  getAuditTrail: 'consultation.not_found',
  getAccessLog: 'auth.forbidden',
};

/** Of all that is told to a stranger; doctors are known to everybody who has a token. */
const [said, patientName] = privateWordsOf('a');

async function outcomesOf(
  socket: Socket,
  isAsked: (event: string) => boolean = () => true,
): Promise<Readonly<Record<string, unknown>>> {
  const outcomes: Record<string, unknown> = {};
  for (const [event, payload] of Object.entries(PAYLOADS).filter(([event]) => isAsked(event))) {
    const answer = await ask(socket, event, payload);
    outcomes[event] = answer.ok ? 'ok' : answer.error?.code;
  }
  return outcomes;
}

describe.each([HOUSES.b.patientId, HOUSES.b.doctorId])(
  'the good token of another consultation: %s',
  (person) => {
    test('reaches nothing of this one, by any event', async () => {
      const before = await storedSoFar();
      const party = await clinic.connect(clinic.token(patientId));
      await ask(party, 'join_consultation', consultationId);
      const [stranger, disguised] = [
        await clinic.connect(clinic.token(person)),
        // Whatever the handshake says besides the token.
        await clinic.connect(null, {
          auth: { token: clinic.token(person), sender: 'user', userId: patientId, role: 'admin' },
        }),
      ];
      const heard = collect(party, 'user_joined');
      for (const socket of [stranger, disguised]) {
        const told: unknown[] = [];
        socket.onAny((...event) => told.push(event));
        expect(await outcomesOf(socket)).toEqual(STRANGER_EVENTS);
        expect(told).toEqual([]);
        socket.disconnect();
      }
      expect(heard).toEqual([]);
      party.disconnect();
      // The party's own join is noted, and nothing else.
      const [row] = before as readonly { readonly reads: string }[];
      expect(await storedSoFar()).toEqual([{ ...row, reads: String(Number(row?.reads) + 1) }]);
    });

    test('nor by any route', async () => {
      const before = await storedSoFar();
      for (const route of surface.routes) {
        const { status, text } = await callAs(clinic.token(person), route);
        const outcome = status < 300 ? 'ok' : JSON.parse(text).code;
        expect([route.operationId, outcome]).toEqual([route.operationId, STRANGER_ROUTES[route.operationId]]);
        expect(text).not.toContain(said);
        expect(text).not.toContain(patientName);
      }
      expect(await storedSoFar()).toEqual(before);
    });
  },
);

test.each([
  [patientId, 'doctor'],
  [doctorId, 'user'],
])('the good token of %s does not let them be the %s', async (person, sender) => {
  const before = await clinic.query('SELECT count(*) FROM events');
  const socket = await clinic.connect(null, { auth: { token: clinic.token(person), sender } });
  for (const event of ['send_message', 'mark_read', 'join_consultation']) {
    const answer = await ask(socket, event, { ...(PAYLOADS[event] as object), sender });
    expect([event, answer.error?.code]).toEqual([event, 'consultation.forbidden']);
  }
  expect(await clinic.query('SELECT count(*) FROM events')).toEqual(before);
});

test("an administrator's good token reads and is noted, and does not speak", async () => {
  const before = await clinic.query('SELECT count(*) FROM events');
  const socket = await clinic.connect(clinic.token('admin'));
  // They may end it, and the others here need it.
  const isAsked = (event: string) => event !== 'end_consultation';
  expect(await outcomesOf(socket, isAsked)).toEqual({
    join_consultation: 'ok',
    // It is not extended by less than it has.
    extend_consultation: 'request.invalid',
    watch_inbox: 'consultation.forbidden',
    unwatch_inbox: 'ok',
    leave_consultation: 'ok',
    send_message: 'consultation.forbidden',
    get_messages: 'ok',
    mark_read: 'consultation.forbidden',
    typing: 'consultation.forbidden',
  });
  expect(await clinic.query('SELECT count(*) FROM events')).toEqual(before);
  const reads = await clinic.query(
    `SELECT action FROM access_log WHERE reader_kind = 'admin' AND consultation_id = '${consultationId}' AND channel = 'socket' AND action <> 'leave'`,
  );
  expect(reads).toHaveLength(2);
});

test('another person who signs in on the same connection has what is theirs, and nothing of before', async () => {
  const socket = await clinic.connect(clinic.token(patientId));
  await ask(socket, 'join_consultation', consultationId);
  const messages = collect(socket, 'new_message');
  expect(await ask(socket, 'authenticate', { token: clinic.token(HOUSES.b.patientId) })).toMatchObject({
    ok: true,
  });
  const doctor = await clinic.connect(clinic.token(doctorId));
  await ask(doctor, 'send_message', { consultationId, sender: 'doctor', content: said });
  expect(await outcomesOf(socket)).toEqual(STRANGER_EVENTS);
  expect(messages).toEqual([]);
});

test('afterwards the server is unharmed', async () => {
  await expectUnharmed({ clinic, tokens: shown, words: [SAID] });
});
