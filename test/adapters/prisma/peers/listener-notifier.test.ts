import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createSilentLogger } from '../../../../src/adapters/memory/loggers.js';
import { createRecordingMetrics } from '../../../../src/adapters/memory/metrics.js';
import { createPrismaEventStore } from '../../../../src/adapters/prisma/append/event-store.js';
import { type Database, openDatabase } from '../../../../src/adapters/prisma/connection/database.js';
import { payloadStarts } from '../../../../src/adapters/prisma/peers/payload-rows.js';
import { createPostgresPeers, type PostgresPeers } from '../../../../src/adapters/prisma/peers/peers.js';
import type { EventStore, RecordedEvent } from '../../../../src/application/ports/event-store.js';
import { listenWith, type PeerUnderTest } from '../../../contracts/peers.js';
import {
  ended,
  extended,
  fresh,
  HARD_TEXTS,
  message,
  NOON,
  opened,
  openFresh,
  registerPeople,
  request,
} from '../../../contracts/storage.js';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres.js';
import { openPostgresTap, type PostgresTap } from '../postgres-tap.js';
import { queryRows } from '../prisma-storage.js';

const PATIENCE = { timeout: 30_000, interval: 10 };

let testDatabase: TestDatabase;
let tap: PostgresTap;
let database: Database;
let teller: PostgresPeers;
let listening: PostgresPeers;
let store: EventStore;
let hearer: PeerUnderTest;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  tap = await openPostgresTap(testDatabase.databaseUrl);
  const { databaseUrl } = testDatabase;
  const [logger, metrics] = [createSilentLogger(), createRecordingMetrics()];
  database = openDatabase({ databaseUrl: tap.databaseUrl, logger });
  teller = createPostgresPeers({ databaseUrl, logger, metrics });
  listening = createPostgresPeers({ databaseUrl, logger, metrics });
  await listening.open();
  store = createPrismaEventStore(database, createRecordingMetrics(), teller.notifier);
  await registerPeople(store);
});
afterAll(async () => {
  await Promise.all([database.$disconnect(), listening.close()]);
  await tap.close();
  await testDatabase.drop();
});
beforeEach(async () => {
  hearer = listenWith(listening);
  await teller.expectListeners(true);
});

/** All that was told up to now, in the order of its arrival: what is told after it has arrived, too. */
async function told(): Promise<readonly RecordedEvent[]> {
  const marker = fresh('patient');
  const { events } = await append(`patient:${marker}`, 0, [
    { type: 'PatientRegistered', data: { patientId: marker, name: 'Mx' } },
  ]);
  const all = () => hearer.heard.flatMap(({ news }) => (news.type === 'stored' ? news.events : []));
  await vi.waitFor(() => expect(all()).toContainEqual(events[0]), PATIENCE);
  for (const { from, number } of hearer.heard)
    expect({ from, number }).toEqual({ from: teller.processId, number: null });
  return all().slice(0, -1);
}

function moved() {
  return hearer.heard.flatMap(({ news }) => (news.type === 'moved' ? news.streams : []));
}

async function append(...parts: Parameters<typeof request>) {
  const outcome = await store.append(request(...parts));
  if (outcome.outcome !== 'appended') throw new Error(outcome.outcome);
  return outcome;
}

describe('what is appended while somebody listens', () => {
  test('is told with the commit, of every kind of event', async () => {
    const id = fresh('consultation');
    const doctorId = fresh('doctor');
    const windows = [{ dayOfWeek: 1, startTime: '08:00', endTime: '17:00' }] as const;
    const appended = [
      await append(`doctor:${doctorId}`, 0, [
        { type: 'DoctorRegistered', data: { doctorId, name: 'Dr Ä', timeZone: 'Europe/Vienna', windows } },
        { type: 'DateOverrideSet', data: { doctorId, date: '2026-03-02', windows: [] } },
      ]),
      await append(`consultation:${id}`, 0, [opened(id)]),
      await append(`consultation:${id}`, 1, [message(id, 1)]),
      await append(`consultation:${id}`, 2, [
        { type: 'MessagesRead', data: { consultationId: id, reader: 'doctor', seq: 1 } },
      ]),
      await append(`consultation:${id}`, 3, [extended(id, NOON + 7)]),
      await append(`consultation:${id}`, 4, [message(id, 2), ended(id)]),
    ];
    expect(await told()).toEqual(appended.flatMap(({ events }) => events));
  });

  test('is told as it was said, however it was said', async () => {
    const id = await openFresh(store);
    const texts = Object.values(HARD_TEXTS).filter((text) => text.length < 1_000);
    for (const [index, content] of texts.entries()) {
      await append(`consultation:${id}`, index + 1, [message(id, index + 1, { content })]);
    }
    const events = (await told()).filter(({ event }) => event.type === 'MessageSent');
    expect(events.map(({ event }) => 'content' in event.data && event.data.content)).toEqual(texts);
  });

  test('is told in as few payloads as it fits into, each stream in its order', async () => {
    const ids = [await openFresh(store), await openFresh(store)];
    await told();
    hearer = listenWith(listening);
    const content = 'x, '.repeat(300);
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, (_, index) => {
        const [id = '', seq] = [ids[index % 2], Math.floor(index / 2) + 1];
        return append(`consultation:${id}`, seq, [message(id, seq, { content })]);
      }),
    );
    const all = await told();
    expect(all).toHaveLength(60);
    for (const id of ids) {
      const own = all.filter(({ streamId }) => streamId === `consultation:${id}`);
      expect(own.map(({ version }) => version)).toEqual(own.map((_, index) => index + 2));
    }
    expect(all).toEqual(expect.arrayContaining(outcomes.flatMap(({ events }) => events)));
    // 1.4 kB each, of 8.
    expect(hearer.heard.length).toBeLessThan(30);
  });

  test('says how far its stream has moved where it is too large, beside others that are told', async () => {
    const [id, other] = [await openFresh(store), await openFresh(store)];
    await Promise.all([
      append(`consultation:${id}`, 1, [
        message(id, 1, { content: 'small' }),
        message(id, 2, { content: '𝄞'.repeat(4_000) }),
        message(id, 3, { content: 'x'.repeat(4_000) }),
      ]),
      append(`consultation:${other}`, 1, [message(other, 1)]),
    ]);
    const events = (await told()).filter(({ version }) => version > 1);
    expect(events.map(({ streamId, version }) => [streamId, version])).toEqual(
      expect.arrayContaining([
        [`consultation:${id}`, 2],
        [`consultation:${id}`, 4],
        [`consultation:${other}`, 2],
      ]),
    );
    expect(moved()).toEqual([{ streamId: `consultation:${id}`, version: 3 }]);
  });
});

describe('what is not stored', () => {
  test('is not told: a conflict, a duplicate, and what relied on an old schedule, beside what is', async () => {
    const [conflict, duplicate, outdated, good] = [
      await openFresh(store),
      await openFresh(store),
      await openFresh(store),
      await openFresh(store),
    ];
    await append(`consultation:${duplicate}`, 1, [message(duplicate, 1)], { idempotencyKey: 'key' });
    await told();
    hearer = listenWith(listening);
    const reliesOn = { streamId: 'doctor:doctor-1', version: 2 } as const;
    const outcomes = await Promise.all([
      store.append(request(`consultation:${conflict}`, 5, [message(conflict, 1)])),
      store.append(
        request(`consultation:${duplicate}`, 2, [message(duplicate, 2)], { idempotencyKey: 'key' }),
      ),
      store.append(request(`consultation:${outdated}`, 1, [message(outdated, 1)], { reliesOn })),
      store.append(request(`consultation:${good}`, 1, [message(good, 1)])),
    ]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['conflict', 'duplicate', 'outdated', 'appended']);
    expect((await told()).map(({ streamId }) => streamId)).toEqual([`consultation:${good}`]);
  });

  test('is not told where the transaction fails behind the statement', async () => {
    await told();
    hearer = listenWith(listening);
    // A patient whose row is there already: the projection breaks.
    await expect(
      store.append(
        request('patient:patient-1b', 0, [
          { type: 'PatientRegistered', data: { patientId: 'patient-1', name: 'Again' } },
        ]),
      ),
    ).resolves.not.toMatchObject({ outcome: 'appended' });
    expect(await told()).toEqual([]);
  });
});

describe('who expects listeners', () => {
  test('pays nothing while there are none', async () => {
    const id = await openFresh(store);
    await told();
    await teller.expectListeners(false);
    hearer = listenWith(listening);
    const { statements } = await tap.during(() => append(`consultation:${id}`, 1, [message(id, 1)]));
    expect(statements).toHaveLength(1);
    expect(statements[0]).not.toContain('pg_notify');
    expect(statements[0]).not.toContain('place');
    await teller.expectListeners(true);
    expect(await told()).toEqual([]);
  });

  test('is answered when all is stored that nobody was told of', async () => {
    const id = await openFresh(store);
    await told();
    await teller.expectListeners(false);
    hearer = listenWith(listening);
    const blocker = openDatabase({
      databaseUrl: testDatabase.databaseUrl,
      logger: createSilentLogger(),
    });
    const session = await blocker.pool.connect();
    let isTelling = false;
    try {
      await session.query('BEGIN; LOCK TABLE messages IN EXCLUSIVE MODE');
      const silent = append(`consultation:${id}`, 1, [message(id, 1)]);
      await vi.waitFor(async () => {
        const waiting = await queryRows(
          testDatabase.databaseUrl,
          `SELECT FROM pg_locks WHERE NOT granted AND relation IS NOT NULL
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
        );
        expect(waiting).toHaveLength(1);
      }, PATIENCE);
      const telling = teller.expectListeners(true).then(() => {
        isTelling = true;
      });
      const loud = append(`consultation:${id}`, 2, [message(id, 2)]);
      await new Promise((resolve) => setImmediate(resolve));
      expect(isTelling).toBe(false);
      await session.query('COMMIT');
      const { events } = await silent;
      await telling;
      const all = await told();
      expect(all).toEqual((await loud).events);
      expect(all).not.toEqual(events);
    } finally {
      session.release();
      await blocker.$disconnect();
    }
  });
});

test('rows are shared out so that each payload holds what it may, in order', () => {
  const MAX = 7_900;
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 3_000 }),
    fc.string({ unit: fc.constantFrom(',', ':', 'ä', '👩', 'x'), maxLength: 3_000 }),
  );
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 40 }), (contents) => {
      const texts = contents.map((content) => JSON.stringify([content, { a: 1, b: [1, 2] }]));
      const starts = [1, ...payloadStarts(texts, MAX), texts.length + 1];
      expect(starts).toEqual(starts.toSorted((a, b) => a - b));
      for (const [index, start] of starts.slice(0, -1).entries()) {
        const rows = texts.slice(start - 1, (starts[index + 1] ?? 0) - 1);
        expect(rows.length).toBeGreaterThan(0);
        const bytes = Buffer.byteLength(rows.map((row) => row.replace(/[,:]/g, '$& ')).join(','));
        if (rows.length > 1) expect(bytes).toBeLessThanOrEqual(MAX);
      }
    }),
    { numRuns: 50 },
  );
});
