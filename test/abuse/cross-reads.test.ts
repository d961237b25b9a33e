import type { Socket } from 'socket.io-client';
import { beforeAll, expect, test } from 'vitest';
import { type Answer, ask, next, type Payload } from '../e2e/client.js';
import { expectUnharmed } from './aftermath.js';
import { type Clinic, HOUSES, openClinics, privateWordsOf, RUNS } from './clinic.js';
import { type Route, readSurface, type Surface } from './documents.js';
import { type RawResponse, sendRawRequest } from './raw-http.js';

const openClinic = openClinics();
let clinic: Clinic;
let surface: Surface;

beforeAll(async () => {
  clinic = await openClinic();
  surface = await readSurface(clinic);
});

/** Somebody else's, which is there, and ids of the same length, which are not. */
const THERE = { consultationId: HOUSES.b.consultationId, patientId: HOUSES.b.patientId };
const NOWHERE = { consultationId: 'consultation-0', patientId: 'patient-0' };
const CURIOUS = [HOUSES.a.patientId, HOUSES.a.doctorId];
const [said = '', patientName = ''] = privateWordsOf('b');

type Target = typeof NOWHERE;

/** The same for whichever of the two it was. */
function withoutIds<Value>(value: Value): Value {
  return JSON.parse(
    JSON.stringify(value).replaceAll(THERE.consultationId, 'ID').replaceAll(NOWHERE.consultationId, 'ID'),
  );
}

type Question = readonly [event: string, payload: (target: Target) => unknown];
const QUESTIONS: readonly Question[] = [
  ['join_consultation', ({ consultationId }) => consultationId],
  ['join_consultation', ({ consultationId }) => ({ consultationId, after: 0 })],
  ['join_consultation', ({ consultationId }) => ({ consultationId, sender: 'doctor' })],
  ['join_consultation', ({ consultationId }) => ({ consultationId, after: 2 ** 31 })],
  ['get_messages', ({ consultationId }) => ({ consultationId })],
  ['get_messages', ({ consultationId }) => ({ consultationId, before: 2, limit: 1 })],
  ['get_messages', ({ consultationId }) => ({ consultationId, after: 0, limit: 200 })],
  ['get_messages', ({ consultationId }) => ({ consultationId, limit: 201 })],
  ['send_message', ({ consultationId }) => ({ consultationId, sender: 'user', content: 'Hello' })],
  ['send_message', ({ consultationId }) => ({ consultationId, sender: 'doctor', content: 'Hello' })],
  ['send_message', ({ consultationId }) => ({ consultationId, sender: 'user', content: ' ' })],
  [
    'send_message',
    ({ consultationId }) => ({ consultationId, sender: 'user', content: said, clientMessageId: '1' }),
  ],
  ['mark_read', ({ consultationId }) => ({ consultationId, seq: 1, sender: 'user' })],
  ['mark_read', ({ consultationId }) => ({ consultationId, seq: 99, sender: 'doctor' })],
  ['typing', ({ consultationId }) => ({ consultationId, isTyping: true })],
  ['leave_consultation', ({ consultationId }) => ({ consultationId })],
];

test.each(CURIOUS)(
  'whatever %s asks on a socket, a consultation that exists answers as one that does not',
  async (person) => {
    const socket = await clinic.connect(clinic.token(person));
    for (const [event, payload] of QUESTIONS) {
      const answers: Answer[] = [];
      const told: Payload[] = [];
      for (const target of [THERE, NOWHERE]) {
        const answer = await ask(socket, event, payload(target));
        answers.push(answer);
        if (answer.ok) continue;
        const error = next(socket, 'error');
        socket.emit(event, payload(target));
        told.push(withoutIds(await error));
      }
      const [there, nowhere] = answers;
      expect(withoutIds(there), event).toEqual(withoutIds(nowhere));
      expect(told[0], `${event} without a callback`).toEqual(told[1]);
      expect(JSON.stringify([there, told])).not.toContain(patientName);
    }
    socket.disconnect();
  },
);

test.each(CURIOUS)('%s hears nothing of a room that they were refused', async (person) => {
  const socket = await clinic.connect(clinic.token(person));
  const heard: unknown[] = [];
  socket.onAny((...event) => heard.push(event));
  const { consultationId, patientId } = HOUSES.b;
  for (const [event, payload] of QUESTIONS) await ask(socket, event, payload(THERE));
  const party = await clinic.connect(clinic.token(patientId));
  await ask(party, 'join_consultation', consultationId);
  await ask(party, 'send_message', { consultationId, sender: 'user', content: said });
  await ask(party, 'typing', { consultationId, isTyping: true });
  await ask(party, 'mark_read', { consultationId, seq: 1, sender: 'user' });
  party.disconnect();
  await ask(socket, 'get_messages', { consultationId: HOUSES.a.consultationId });
  expect(heard).toEqual([]);
  socket.disconnect();
});

const BODIES: Readonly<Record<string, unknown>> = {
  extendConsultation: { durationMinutes: 5 },
  reopenConsultation: { expiresAt: '2099-01-01T00:00:00.000Z' },
};
const CONDITIONS: readonly (readonly (readonly [string, string])[])[] = [
  [],
  [['If-Match', '"1"']],
  [['If-None-Match', '*']],
  [['Idempotency-Key', 'a-key']],
];

/** Without what differs from answer to answer by its nature. */
function comparable(response: RawResponse | null) {
  if (response === null) return null;
  const { requestId, ...problem } = JSON.parse(response.body === '' ? '{}' : response.body);
  const headers = response.headers.filter(([name]) => name !== 'date' && name !== 'x-request-id');
  return withoutIds({ status: response.status, headers, problem, hasId: typeof requestId === 'string' });
}

async function askRoute(
  route: Route,
  method: string,
  person: string,
  target: Target,
  headers: (typeof CONDITIONS)[number],
) {
  const body = BODIES[route.operationId];
  return sendRawRequest(clinic.url, {
    method,
    target: route.template
      .replace('{consultationId}', target.consultationId)
      .replace('{patientId}', target.patientId),
    headers: [
      ['Authorization', `Bearer ${clinic.token(person)}`],
      ...(body === undefined ? [] : [['Content-Type', 'application/json'] as const]),
      ...headers,
    ],
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

test.each(CURIOUS)(
  'whatever %s asks over HTTP: status, headers, length and body are those of one that does not exist',
  async (person) => {
    const about = surface.routes.filter(({ template }) => /\{(consultationId|patientId)\}/.test(template));
    expect(about.length).toBeGreaterThan(6);
    for (const route of about) {
      for (const method of [route.method, ...(route.method === 'GET' ? ['HEAD'] : []), 'OPTIONS']) {
        for (const headers of CONDITIONS) {
          const there = await askRoute(route, method, person, THERE, headers);
          const nowhere = await askRoute(route, method, person, NOWHERE, headers);
          expect(comparable(there), `${method} ${route.template}`).toEqual(comparable(nowhere));
          expect(there?.body).not.toContain(patientName);
        }
      }
    }
  },
);

test.each(CURIOUS)('lists show %s nothing of others, whatever the filter', async (person) => {
  const token = clinic.token(person);
  for (const [there, nowhere] of [
    [`patientId=${HOUSES.b.patientId}`, 'patientId=patient-0'],
    [`doctorId=${HOUSES.b.doctorId}`, 'doctorId=doctor-0'],
    [`doctorId=${HOUSES.b.doctorId}&status=open`, 'doctorId=doctor-0&status=open'],
    [`patientId=${HOUSES.b.patientId}&patientId=${person}`, `patientId=patient-0&patientId=${person}`],
  ]) {
    const path = '/api/v1/consultations';
    const [one, other] = await Promise.all(
      [there, nowhere].map(async (query) => {
        const response = await clinic.call({ path: `${path}?${query}`, token });
        return [
          response.status,
          await response.text().then((text) => text.replace(/"requestId":"[^"]+"/, '')),
        ];
      }),
    );
    expect(one).toEqual(other);
    expect(String(one)).not.toContain(HOUSES.b.consultationId);
  }
  const all = await (await clinic.call({ path: '/api/v1/consultations', token })).json();
  expect(all).toMatchObject({ items: [{ id: HOUSES.a.consultationId }], nextCursor: null });
  // A cursor of the list that is theirs, pointed before somebody else's.
  const after = Buffer.from('consultations consultation-a').toString('base64url');
  const rest = await clinic.call({ path: `/api/v1/consultations?after=${after}`, token });
  expect(await rest.json()).toMatchObject({ items: [], nextCursor: null });
});

test('creating over what exists tells nobody but administrators that it does', async () => {
  for (const person of CURIOUS) {
    const answers = await Promise.all(
      [THERE, NOWHERE].map(async ({ consultationId, patientId }) => {
        const body = { id: consultationId, patientId, doctorId: HOUSES.a.doctorId, durationMinutes: 5 };
        const response = await clinic.call({
          method: 'POST',
          path: '/api/v1/consultations',
          token: clinic.token(person),
          body,
        });
        const { requestId: _, ...problem } = (await response.json()) as Record<string, unknown>;
        return problem;
      }),
    );
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]).toMatchObject({ code: 'auth.forbidden' });
  }
});

const SAMPLES = Math.ceil(RUNS / 4);

/** Half of the samples take no longer, in µs. */
function medianOf(samples: readonly number[]): number {
  const sorted = [...samples].sort((one, other) => one - other);
  return Math.round((sorted[Math.floor(sorted.length / 2)] ?? 0) * 1_000);
}

/** Takes turns, so that what else the machine does meets both alike. */
async function compareTimes(
  asking: (target: Target) => Promise<unknown>,
): Promise<readonly [number, number]> {
  const [there, nowhere]: [number[], number[]] = [[], []];
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    for (const [target, samples] of [
      [THERE, there],
      [NOWHERE, nowhere],
    ] as const) {
      const started = performance.now();
      await asking(target);
      samples.push(performance.now() - started);
    }
  }
  return [medianOf(there), medianOf(nowhere)];
}

/** For people to read: a busy machine says nothing that a test could be held to. */
test('the time that an answer takes is measured', async () => {
  const token = clinic.token(HOUSES.a.patientId);
  const socket: Socket = await clinic.connect(token, { transports: ['websocket'] });
  const onSocket = await compareTimes(({ consultationId }) =>
    ask(socket, 'get_messages', { consultationId }),
  );
  const overHttp = await compareTimes(async ({ consultationId }) =>
    (await clinic.call({ path: `/api/v1/consultations/${consultationId}`, token })).text(),
  );
  const told = ([there, nowhere]: readonly [number, number]) => `${there} µs exists, ${nowhere} µs does not`;
  const line = `get_messages ${told(onSocket)}; GET consultation ${told(overHttp)}`;
  process.stdout.write(`Medians of ${SAMPLES} answers: ${line}.\n`);
  for (const median of [...onSocket, ...overHttp]) expect(median).toBeGreaterThan(0);
});

test('afterwards the server is unharmed', async () => {
  await expectUnharmed({ clinic });
});
