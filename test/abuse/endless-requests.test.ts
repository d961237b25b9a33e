import { beforeAll, describe, expect, test } from 'vitest';
import { type Canary, expectUnharmed, openCanary } from './aftermath.js';
import { type Clinic, HOUSES, openClinics } from './clinic.js';
import { openRawWebSocket, type RawWebSocket } from './raw-websocket.js';
import { within } from './within.js';

const openClinic = openClinics();
const { consultationId, patientId } = HOUSES.a;
/** Sent at once; fewer than may be under way on one connection. */
const BATCH = 100;
/** Many more than anybody may send that is refused. */
const BATCHES = 100;
const LARGE = 60_000;
let clinic: Clinic;
let canary: Canary;

beforeAll(async () => {
  clinic = await openClinic({
    RATE_LIMIT_INVALID_REQUESTS_PER_MINUTE: '60',
    RATE_LIMIT_INVALID_REQUESTS_BURST: '30',
  });
  canary = await openCanary(clinic);
});

async function open(person: string | null): Promise<RawWebSocket> {
  const raw = await openRawWebSocket(clinic.url);
  if (typeof raw === 'number') throw new Error(`refused with ${raw}`);
  await raw.ask(`40${person === null ? '' : JSON.stringify({ token: clinic.token(person) })}`, '40');
  return raw;
}

/** Asks in batches, each answered before the next one. @returns how many were sent until the connection was cut. */
async function askUntilCut(raw: RawWebSocket, request: (id: number) => string): Promise<number> {
  let isCut = false;
  const cut = raw.closed.then(() => {
    isCut = true;
  });
  for (let sent = 0; sent < BATCH * BATCHES; sent += BATCH) {
    if (isCut) return sent;
    for (let id = sent + 1; id < sent + BATCH; id += 1) raw.send(request(id));
    const last = raw.ask(request(sent + BATCH), `43${sent + BATCH}[`).catch(() => undefined);
    await within(Promise.race([last, cut]), 'an answer, or the end of the connection');
  }
  return Number.POSITIVE_INFINITY;
}

const event = (id: number, ...content: unknown[]) => `42${id}${JSON.stringify(content)}`;

describe('a connection that goes on asking for what no rate holds', () => {
  test.each([
    ['leaves what it is not in', patientId, 'leave_consultation', 'consultation-nowhere'],
    ['leaves without a token', null, 'leave_consultation', consultationId],
    ['sends without a token', null, 'send_message', { consultationId, sender: 'user', content: 'x' }],
    ['reads without a token', null, 'get_messages', { consultationId }],
    ['types without a token', null, 'typing', { consultationId, isTyping: true }],
    ['marks without a token', null, 'mark_read', { consultationId, seq: 1 }],
  ] as const)('is cut: it %s', async (_what, person, name, payload) => {
    const raw = await open(person);
    expect(await askUntilCut(raw, (id) => event(id, name, payload))).toBeLessThan(Number.POSITIVE_INFINITY);
    raw.bare.destroy();
  });
});

test.each([
  ['lists in lists', '['.repeat(LARGE / 2) + ']'.repeat(LARGE / 2)],
  ['objects in objects', `${'{"a":'.repeat(LARGE / 6)}1${'}'.repeat(LARGE / 6)}`],
  [
    'many keys',
    JSON.stringify(Object.fromEntries(Array.from({ length: LARGE / 10 }, (_, key) => [`k${key}`, 1]))),
  ],
])('a connection that sends what takes long to read is cut soon: %s', async (_what, large) => {
  const raw = await open(patientId);
  let isCut = false;
  void raw.closed.then(() => {
    isCut = true;
  });
  let sent = 0;
  for (; sent < 30 && !isCut; sent += 1) {
    const answer = raw.ask(`42${sent}["leave_consultation",${large}]`, `43${sent}[`);
    await within(Promise.race([answer, raw.closed]), 'an answer, or the end of the connection');
  }
  expect(sent).toBeLessThan(30);
  raw.bare.destroy();
});

test('messages as long as they may be are taken', async () => {
  const raw = await open(patientId);
  for (let id = 0; id < 20; id += 1) {
    const sent = event(id, 'send_message', { consultationId, sender: 'user', content: '🩺'.repeat(4_000) });
    expect(await raw.ask(sent, `43${id}[`)).toContain('"ok":true');
  }
  raw.bare.destroy();
});

test('afterwards the server is unharmed', async () => {
  await canary.sing();
  canary.stop();
  await expectUnharmed({ clinic, words: [], tokens: [clinic.token(patientId)] });
});
