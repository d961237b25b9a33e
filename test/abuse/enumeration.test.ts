import { beforeAll, expect, test } from 'vitest';
import { type Answer, ask } from '../e2e/client.js';
import { expectUnharmed } from './aftermath.js';
import { type Clinic, HOUSES, openClinics } from './clinic.js';

const openClinic = openClinics();
let clinic: Clinic;

const LIMIT = 20;
const GUESSES = 3 * LIMIT;

beforeAll(async () => {
  clinic = await openClinic({
    RATE_LIMIT_JOINS_PER_MINUTE: String(LIMIT),
    RATE_LIMIT_JOINS_BURST: String(LIMIT),
    RATE_LIMIT_READS_PER_MINUTE: String(LIMIT),
    RATE_LIMIT_READS_BURST: String(LIMIT),
    RATE_LIMIT_READ_MARKS_PER_MINUTE: String(LIMIT),
    RATE_LIMIT_READ_MARKS_BURST: String(LIMIT),
    RATE_LIMIT_MESSAGES_PER_MINUTE: String(LIMIT),
    RATE_LIMIT_MESSAGES_BURST: String(LIMIT),
    RATE_LIMIT_API_REQUESTS_PER_MINUTE: String(LIMIT),
    RATE_LIMIT_FAILED_SIGN_INS_PER_MINUTE: String(LIMIT),
  });
});

const { patientId } = HOUSES.a;

/** What is asked once for each id that is tried. */
const WAYS: Readonly<Record<string, (consultationId: string) => unknown>> = {
  join_consultation: (consultationId) => consultationId,
  get_messages: (consultationId) => ({ consultationId }),
  mark_read: (consultationId) => ({ consultationId, seq: 1, sender: 'user' }),
  send_message: (consultationId) => ({ consultationId, sender: 'user', content: 'Hello' }),
};

test.each(Object.keys(WAYS))(
  'ids are not tried one after the other by %s, on however many connections',
  async (event) => {
    const sockets = await Promise.all([1, 2, 3].map(() => clinic.connect(clinic.token(patientId))));
    const answers: Answer[] = [];
    for (let guess = 0; guess < GUESSES; guess += 1) {
      const socket = sockets[guess % sockets.length];
      if (socket !== undefined)
        answers.push(await ask(socket, event, WAYS[event]?.(`consultation-${guess}`)));
    }
    const codes = answers.map(({ error }) => error?.code);
    // A window may end in the middle.
    expect(codes.filter((code) => code === 'consultation.not_found').length).toBeLessThanOrEqual(2 * LIMIT);
    const limited = answers.filter(({ error }) => error?.code === 'rate.limited');
    expect(limited.length).toBeGreaterThanOrEqual(GUESSES - 2 * LIMIT);
    for (const { error } of limited) expect(error?.['retryAfterMs']).toBeGreaterThan(0);
    for (const socket of sockets) socket.disconnect();
  },
);

async function statusesOf(token: string | undefined, headers: Readonly<Record<string, string>> = {}) {
  const statuses: number[] = [];
  for (let guess = 0; guess < GUESSES; guess += 1) {
    const call = { path: `/api/v1/consultations/consultation-${guess}`, headers };
    const response = await clinic.call(token === undefined ? call : { ...call, token });
    statuses.push(response.status);
    if (response.status === 429) expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    await response.arrayBuffer();
  }
  return statuses;
}

test('nor over HTTP', async () => {
  const statuses = await statusesOf(clinic.token(patientId));
  expect(statuses.filter((status) => status === 404).length).toBeLessThanOrEqual(2 * LIMIT);
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(GUESSES - 2 * LIMIT);
});

test('nor tokens, and an address that the header makes up is none', async () => {
  let last = 0;
  const statuses: number[] = [];
  for (let guess = 0; guess < GUESSES; guess += 1) {
    last = (last + 1) % 250;
    const headers = { 'x-forwarded-for': `203.0.113.${last}`, authorization: `Bearer ${guess}.guess.guess` };
    const response = await clinic.call({ path: '/api/v1/doctors', headers });
    statuses.push(response.status);
    await response.arrayBuffer();
  }
  expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(2 * LIMIT);
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(GUESSES - 2 * LIMIT);
});

test('afterwards the server is unharmed', async () => {
  await expectUnharmed({ clinic });
});
