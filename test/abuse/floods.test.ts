import { beforeAll, expect, test, vi } from 'vitest';
import { type Answer, ask } from '../e2e/client.js';
import { patiently } from '../support/server-process.js';
import { type Canary, expectMemoryBounded, expectUnharmed, openCanary, residentBytes } from './aftermath.js';
import { type Clinic, HOUSES, IS_LONG_RUN, openClinics } from './clinic.js';
import { sendRawRequest } from './raw-http.js';
import { openRawWebSocket, type RawWebSocket } from './raw-websocket.js';
import { within } from './within.js';

const openClinic = openClinics();
let clinic: Clinic;
let canary: Canary;
let memoryBefore: number;

const MAX_CONNECTIONS = 50;
/** Of those who behave. */
const OF_THE_CANARY = 2;
const FLOOD = 1_000;
const WORD = 'Hochwasser';

beforeAll(async () => {
  clinic = await openClinic({
    MAX_CONNECTIONS_PER_ADDRESS: String(MAX_CONNECTIONS),
    RATE_LIMIT_HANDSHAKES_PER_MINUTE: '400',
    RATE_LIMIT_HANDSHAKES_BURST: '400',
    RATE_LIMIT_SIGN_INS_PER_MINUTE: '10',
    RATE_LIMIT_SIGN_INS_BURST: '5',
    RATE_LIMIT_JOINS_PER_MINUTE: '120',
    RATE_LIMIT_JOINS_BURST: '100',
    RATE_LIMIT_INVALID_REQUESTS_PER_MINUTE: '60',
    RATE_LIMIT_INVALID_REQUESTS_BURST: '30',
    RATE_LIMIT_FAILED_SIGN_INS_PER_MINUTE: '30',
  });
  canary = await openCanary(clinic);
  memoryBefore = await residentBytes(clinic);
});

/** Where the floods come from: an address that those who behave do not have, where the system has another one. */
const ELSEWHERE = process.platform === 'linux' ? { from: '127.0.0.2' } : {};
const onTwoAddresses = test.runIf('from' in ELSEWHERE);
const HANDSHAKE = '/socket.io/?EIO=4&transport=polling';
const OVER_POLLING = { method: 'GET', target: HANDSHAKE, ...ELSEWHERE };

const many = <Result>(count: number, one: (index: number) => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => one(index)));

/** While it goes on, the canary sings: each song within the time that clients are promised. */
async function whileOthersAreServed<Result>(flood: Promise<Result>): Promise<Result> {
  await canary.singUntil(flood);
  return flood;
}

async function expectConnections(count: number): Promise<void> {
  await patiently(async () => expect(await clinic.metric('connections')).toBe(count));
}

onTwoAddresses('connections of one address end at its limit, and the places come back', async () => {
  const opened = await whileOthersAreServed(
    many(3 * MAX_CONNECTIONS, () => openRawWebSocket(clinic.url, ELSEWHERE)),
  );
  const raws = opened.filter((raw) => typeof raw !== 'number');
  const refusals = opened.filter((raw) => typeof raw === 'number');
  expect(raws.length).toBeGreaterThan(0);
  expect(raws.length).toBeLessThanOrEqual(MAX_CONNECTIONS);
  for (const status of refusals) expect([403, 429]).toContain(status);

  await Promise.all(
    raws.map((raw) => raw.ask(`40${JSON.stringify({ token: clinic.token(HOUSES.a.patientId) })}`, '4')),
  );
  for (const raw of raws) raw.bare.destroy();
  await expectConnections(OF_THE_CANARY);
  const again = await patiently(async () => {
    const raw = await openRawWebSocket(clinic.url, ELSEWHERE);
    if (typeof raw === 'number') throw new Error(`refused with ${raw}`);
    return raw;
  });
  again.bare.destroy();
});

onTwoAddresses(
  'handshakes beyond the limit are refused, whoever it was that X-Forwarded-For names',
  async () => {
    const answers = await whileOthersAreServed(
      many(FLOOD, (index) =>
        sendRawRequest(clinic.url, {
          ...OVER_POLLING,
          headers: [['X-Forwarded-For', `203.0.113.${index % 250}`]],
        }),
      ),
    );
    const statuses = answers.map((answer) => answer?.status ?? 0);
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(2 * MAX_CONNECTIONS);
    expect(statuses.filter((status) => status >= 500)).toEqual([]);
    // The one at the other address is not among them.
    expect((await sendRawRequest(clinic.url, { method: 'GET', target: HANDSHAKE }))?.status).toBe(200);
  },
);

/** What one connection is answered that asks all at once. */
async function answersTo(
  person: string | null,
  event: string,
  payload: (index: number) => unknown,
): Promise<Answer[]> {
  const socket = await clinic.connect(person === null ? null : clinic.token(person), {
    transports: ['websocket'],
  });
  const answers = await whileOthersAreServed(many(FLOOD, (index) => ask(socket, event, payload(index))));
  socket.disconnect();
  return answers;
}

function codesOf(answers: readonly Answer[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { ok, error } of answers) {
    const code = ok ? 'ok' : (error?.code ?? 'none');
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return counts;
}

test('a thousand sign-ins with what proves nothing', async () => {
  const codes = codesOf(await answersTo(null, 'authenticate', (index) => ({ token: `${WORD}.${index}.x` })));
  expect([...codes.keys()].sort()).toEqual(['auth.invalid', 'rate.limited']);
  expect(codes.get('rate.limited')).toBeGreaterThan(FLOOD - 50);
});

test('a thousand joins of what does not exist', async () => {
  const codes = codesOf(
    await answersTo(HOUSES.a.patientId, 'join_consultation', (index) => `guess-${index}`),
  );
  expect([...codes.keys()].sort()).toEqual(['consultation.not_found', 'rate.limited']);
  expect(codes.get('rate.limited')).toBeGreaterThan(FLOOD - 250);
});

test('a thousand events that do not exist', async () => {
  const codes = codesOf(await answersTo(HOUSES.a.patientId, `${WORD}_event`, () => ({})));
  expect(codes.get('rate.limited')).toBeGreaterThan(FLOOD - 100);
});

test('a thousand that are asked for nothing at all', async () => {
  const codes = codesOf(await answersTo(HOUSES.a.patientId, 'send_message', () => ({ content: WORD })));
  expect(codes.get('rate.limited')).toBeGreaterThan(FLOOD - 100);
});

test('a connection that asks to be let in again and again', async () => {
  const raw = await openRawWebSocket(clinic.url);
  if (typeof raw === 'number') throw new Error(`refused with ${raw}`);
  const flood = askToBeLetIn(raw);
  const answers = await whileOthersAreServed(within(flood, 'an answer or an end'));
  expect(answers.filter((answer) => answer.startsWith('40'))).toEqual([]);
  raw.bare.destroy();
});

async function askToBeLetIn(raw: RawWebSocket): Promise<readonly string[]> {
  const answers: string[] = [];
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const token = `${WORD}.${attempt}.x`;
    const answer = await Promise.race([raw.ask(`40${JSON.stringify({ token })}`, '4'), raw.closed]);
    if (typeof answer !== 'string') break;
    answers.push(answer);
  }
  return answers;
}

test('requests with tokens that prove nothing', async () => {
  const answers = await whileOthersAreServed(
    many(300, (index) =>
      sendRawRequest(clinic.url, {
        method: 'GET',
        target: '/api/v1/doctors',
        ...ELSEWHERE,
        headers: [['Authorization', `Bearer ${index}.guess.guess`]],
      }),
    ),
  );
  const statuses = answers.map((answer) => answer?.status);
  expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(60);
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(240);
});

test('when all of it is over, nothing of it is left', async () => {
  await expectConnections(OF_THE_CANARY);
  expect(await clinic.metric('requests_under_way')).toBe(0);
});

/** What never asks again over polling cannot even be told that it is closed: it is given up after 40 s or so. */
test.runIf(IS_LONG_RUN)('not even of connections that were opened and left', async () => {
  const gone = async () => expect(await clinic.metric('addresses_connected')).toBe(1);
  await vi.waitFor(gone, { timeout: 75_000, interval: 200 });
});

test('afterwards the server is unharmed', async () => {
  canary.stop();
  await expectUnharmed({ clinic, words: [WORD], tokens: [clinic.token(HOUSES.a.patientId)] });
  await expectMemoryBounded(clinic, memoryBefore);
});
