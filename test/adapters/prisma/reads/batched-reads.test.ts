import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSilentLogger } from '../../../../src/adapters/memory/loggers.js';
import { createRecordingMetrics } from '../../../../src/adapters/memory/metrics.js';
import { createPrismaEventStore } from '../../../../src/adapters/prisma/append/event-store.js';
import { type Database, openDatabase } from '../../../../src/adapters/prisma/connection/database.js';
import { createPrismaMessageHistory } from '../../../../src/adapters/prisma/reads/message-history.js';
import { createPrismaStateReader } from '../../../../src/adapters/prisma/reads/state-reader.js';
import type { EventStore } from '../../../../src/application/ports/event-store.js';
import type { MessageHistory } from '../../../../src/application/ports/message-history.js';
import type { StateReader } from '../../../../src/application/ports/state-reader.js';
import { message, openFresh, registerPeople, request } from '../../../contracts/storage.js';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres.js';
import { openPostgresTap, type PostgresTap } from '../postgres-tap.js';

const MESSAGES = 30;

let testDatabase: TestDatabase;
let tap: PostgresTap;
let database: Database;
let eventStore: EventStore;
let stateReader: StateReader;
let history: MessageHistory;
let id: string;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  tap = await openPostgresTap(testDatabase.databaseUrl);
  database = openDatabase({ databaseUrl: tap.databaseUrl, logger: createSilentLogger() });
  eventStore = createPrismaEventStore(database, createRecordingMetrics());
  stateReader = createPrismaStateReader(database);
  history = createPrismaMessageHistory(database);
  await registerPeople(eventStore);
  id = await openFresh(eventStore);
  for (let seq = 1; seq <= MESSAGES; seq += 1) {
    await eventStore.append(request(`consultation:${id}`, seq, [message(id, seq)]));
  }
});
afterAll(async () => {
  await database.$disconnect();
  await tap.close();
  await testDatabase.drop();
});

describe('what a cold decision costs', () => {
  test('is one statement in one round trip', async () => {
    const { roundTrips, statements, result } = await tap.during(() => stateReader.context(id, null));
    expect(result?.consultation.state.lastSeq).toBe(MESSAGES);
    expect([roundTrips, statements.length]).toEqual([1, 1]);
  });

  test('is the same for a stranger and for a consultation that does not exist', async () => {
    const stranger = { role: 'patient', id: 'patient-2' } as const;
    for (const consultationId of [id, 'nobody']) {
      const { roundTrips, statements, result } = await tap.during(() =>
        stateReader.context(consultationId, stranger),
      );
      expect([roundTrips, statements.length, result]).toEqual([1, 1, null]);
    }
  });

  test('is shared by all who ask at the same time', async () => {
    const { statements, result } = await tap.during(() =>
      Promise.all(Array.from({ length: 200 }, () => stateReader.context(id, null))),
    );
    expect(result.every((context) => context?.consultation.state.lastSeq === MESSAGES)).toBe(true);
    expect(statements).toHaveLength(1);
  });
});

test('a doctor is read by one statement however many ask at the same time, whoever else is asked for', async () => {
  const { statements, result } = await tap.during(() =>
    Promise.all(
      Array.from({ length: 200 }, (_, index) => stateReader.doctor(index % 2 === 0 ? 'doctor-1' : 'nobody')),
    ),
  );
  expect(statements).toHaveLength(1);
  const alone = await stateReader.doctor('doctor-1');
  expect(alone.version).toBeGreaterThan(0);
  expect(result.filter(({ version }) => version === alone.version)).toHaveLength(100);
  expect(result[0]).toEqual(alone);
  expect(result[1]).toMatchObject({ state: { status: 'not_registered' }, version: 0 });
});

describe('what catching up costs', () => {
  test('is one statement for a page, and one for the pages that are asked for at the same time', async () => {
    const one = await tap.during(() => history.after(id, 10, 5));
    expect(one.result.map(({ seq }) => seq)).toEqual([11, 12, 13, 14, 15]);
    expect(one.statements).toHaveLength(1);
    const many = await tap.during(() =>
      Promise.all(Array.from({ length: 25 }, (_, after) => history.after(id, after, 3))),
    );
    expect(many.result.map((page) => page.map(({ seq }) => seq))).toEqual(
      Array.from({ length: 25 }, (_, after) => [after + 1, after + 2, after + 3]),
    );
    expect(many.statements).toHaveLength(1);
  });

  test('goes into as many statements as its bytes need: a few large pages fill one', async () => {
    const long = await openFresh(eventStore);
    for (let seq = 1; seq <= 13; seq += 1) {
      const content = '🎉'.repeat(4_000);
      await eventStore.append(request(`consultation:${long}`, seq, [message(long, seq, { content })]));
    }
    const { statements, result } = await tap.during(() =>
      Promise.all(Array.from({ length: 12 }, (_, index) => history.after(long, 0, 189 + index))),
    );
    expect(result.every((page) => page.length === 13)).toBe(true);
    // Three pages of 208 kB reach the 512 KiB of a statement.
    expect(statements).toHaveLength(4);
  });

  test('of those who ask for the same at the same time is read once, and never older than the question', async () => {
    const other = await openFresh(eventStore);
    const ask = () => history.after(id, 0, 5);
    await history.after(id, 0, 1);
    const { statements, result } = await tap.during(async () => {
      const first = ask();
      // Its statement is under way when these ask: they must not be answered with what was there before.
      await new Promise((resolve) => setImmediate(resolve));
      const later = await Promise.all([ask(), history.after(other, 0, 5), ask(), history.after(id, 1, 5)]);
      return [await first, ...later];
    });
    expect(statements).toHaveLength(2);
    expect(result.map((page) => page.map(({ seq }) => seq))).toEqual([
      [1, 2, 3, 4, 5],
      [1, 2, 3, 4, 5],
      [],
      [1, 2, 3, 4, 5],
      [2, 3, 4, 5, 6],
    ]);
    expect(result[1]).toBe(result[3]);
    expect(result[1]).not.toBe(result[0]);
  });

  test('is shared with those who wait behind more others than one statement has room for', async () => {
    const { statements, result } = await tap.during(() =>
      Promise.all([
        ...Array.from({ length: 26 }, (_, after) => history.after(id, after, 2)),
        history.after(id, 0, 2),
      ]),
    );
    expect(result[26]).toBe(result[0]);
    expect(statements).toHaveLength(2);
  });

  test('answers each with its own page, whatever the others ask for', async () => {
    const pages = await Promise.all([
      history.after(id, 28, 200),
      history.after('nobody', 0, 200),
      history.before(id, 3, 200),
      history.before(id, null, 2),
      history.before('nobody', null, 2),
      history.after(id, 2 ** 31 - 1, 1),
    ]);
    expect(pages.map((page) => page.map(({ seq }) => seq))).toEqual([[29, 30], [], [1, 2], [29, 30], [], []]);
  });

  test('what cannot be asked for is refused alone', async () => {
    const [good, bad] = await Promise.allSettled([history.after(id, 0, 1), history.after('no\0body', 0, 1)]);
    expect(bad.status).toBe('rejected');
    expect(good).toMatchObject({ status: 'fulfilled', value: [{ seq: 1 }] });
  });
});
