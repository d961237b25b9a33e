import { expect, test } from 'vitest';
import { ask, roundTrip, send } from '../e2e/client.js';
import { expectUnharmed, openCanary } from './aftermath.js';
import { HOUSES, openClinics } from './clinic.js';

const openClinic = openClinics();

const LONG = '🎉'.repeat(4_000);
const MESSAGES = 40;
/** Of messages as sent, and a little for the rest of the answer. */
const MAX_ANSWER_BYTES = 192 * 1024 + 4_096;
const CONNECTIONS = 5;
/** Of one person at once: what the default rates permit. */
const READS = 40;
const JOINS = 100;

test('a burst of the largest pages leaves others served, and no answer is larger than its budget', async () => {
  const clinic = await openClinic();
  const canary = await openCanary(clinic);
  const { consultationId } = HOUSES.a;
  const token = clinic.token('patient-a');
  const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, () => clinic.connect(token)));
  const [first] = sockets;
  if (first === undefined) throw new Error('there is a connection');
  for (let sent = 0; sent < MESSAGES; sent += 1) {
    await send(first, consultationId, LONG);
  }
  const socketOf = (index: number) => sockets[index % CONNECTIONS] ?? first;
  const reads = Array.from({ length: READS }, (_, index) =>
    ask(socketOf(index), 'get_messages', { consultationId, after: 0, limit: 200 }),
  );
  const joins = Array.from({ length: JOINS }, (_, index) =>
    ask(socketOf(index), 'join_consultation', { consultationId, after: 0 }),
  );
  const burst = Promise.all([...reads, ...joins]);
  await canary.singUntil(burst);
  for (const answer of await burst) {
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThanOrEqual(MAX_ANSWER_BYTES);
    if (!answer.ok) expect(answer.error?.code).toMatch(/^(rate\.limited|server\.(overloaded|error))$/);
  }
  const page = await clinic.call({
    path: `/api/v1/consultations/${consultationId}/messages?after=0&limit=200`,
    token,
  });
  const body = await page.text();
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_ANSWER_BYTES);
  expect(JSON.parse(body)).toMatchObject({ hasMore: true });
  for (const socket of sockets) await roundTrip(socket);
  await expectUnharmed({ clinic });
});
