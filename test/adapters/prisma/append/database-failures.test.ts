import pg from 'pg';
import { describe, expect, onTestFinished, type TestContext, test, vi } from 'vitest';
import { createSilentLogger } from '../../../../src/adapters/memory/loggers.js';
import { createRecordingMetrics } from '../../../../src/adapters/memory/metrics.js';
import { MAX_QUEUED_APPENDS } from '../../../../src/adapters/prisma/append/append-queue.js';
import { createPrismaEventStore } from '../../../../src/adapters/prisma/append/event-store.js';
import { openDatabase } from '../../../../src/adapters/prisma/connection/database.js';
import { createPrismaStateReader } from '../../../../src/adapters/prisma/reads/state-reader.js';
import type { EventStore } from '../../../../src/application/ports/event-store.js';
import type { StateReader } from '../../../../src/application/ports/state-reader.js';
import {
  ended,
  extended,
  fresh,
  message,
  NOON,
  opened,
  openFresh,
  registerPeople,
  request,
} from '../../../contracts/storage.js';
import { startPostgresCluster } from '../../../support/postgres.js';
import type { PostgresCluster } from '../../../support/postgres-cluster.js';
import { patiently } from '../../../support/server-process.js';
import { openPrismaStorage, queryRows } from '../prisma-storage.js';

/** A sender gets an answer within 5 s, whatever the database does. */
const ANSWER_LIMIT_MS = 5_000;
const LONG_TEST_MS = 150_000;

interface Subject {
  readonly cluster: PostgresCluster;
  readonly store: EventStore;
  readonly stateReader: StateReader;
}

/** Tests that run at the same time each have a way of their own to clean up. */
type CleanUp = TestContext['onTestFinished'];

async function openOnCluster(cleanUp: CleanUp): Promise<Subject> {
  const cluster = await startPostgresCluster();
  cleanUp(() => cluster.stop());
  const database = openDatabase({ databaseUrl: cluster.databaseUrl, logger: createSilentLogger() });
  cleanUp(() => database.$disconnect());
  const store = createPrismaEventStore(database, createRecordingMetrics());
  await patiently(() => registerPeople(store));
  return { cluster, store, stateReader: createPrismaStateReader(database) };
}

interface Settled {
  readonly id: string;
  /** The outcome, or `rejected`. */
  readonly answer: string;
  readonly tookMs: number;
}

/** Appends one event to a stream, with how long the answer took. */
async function timed(
  store: EventStore,
  id: string,
  version: number,
  event = message(id, version),
): Promise<Settled> {
  const startedAt = performance.now();
  const answer = await store.append(request(`consultation:${id}`, version, [event])).then(
    ({ outcome }) => outcome,
    () => 'rejected',
  );
  return { id, answer, tookMs: performance.now() - startedAt };
}

function expectRejectedInTime(answers: readonly Settled[]): void {
  for (const { answer, tookMs } of answers) {
    expect(answer).toBe('rejected');
    expect(tookMs).toBeLessThan(ANSWER_LIMIT_MS);
  }
}

/** Appends and reads work again, and what is acknowledged is really there for others to see. */
async function expectToWork({ cluster, store, stateReader }: Subject): Promise<void> {
  for (let round = 0; round < 15; round += 1) {
    // A machine that is busy may take longer for one of them than it is given.
    const ids = await patiently(async () => {
      const both = [fresh('after'), fresh('after')];
      const answers = await Promise.all(both.map((id) => timed(store, id, 0, opened(id))));
      expect(answers.map(({ answer }) => answer)).toEqual(['appended', 'appended']);
      return both;
    });
    const states = await Promise.all(ids.map((id) => stateReader.consultation(id)));
    expect(states.map(({ version }) => version)).toEqual([1, 1]);
    const stored = await queryRows(cluster.databaseUrl, 'SELECT FROM events WHERE stream_id = ANY ($1)', [
      ids.map((id) => `consultation:${id}`),
    ]);
    expect(stored).toHaveLength(2);
  }
}

async function versionsOf(databaseUrl: string, id: string): Promise<number[]> {
  const rows = await queryRows<{ version: number }>(
    databaseUrl,
    'SELECT version FROM events WHERE stream_id = $1 ORDER BY version',
    [`consultation:${id}`],
  );
  return rows.map(({ version }) => version);
}

/** Resolves when so many of the product's sessions wait for a lock, or are in whatever state is asked for. */
async function untilSessions(databaseUrl: string, condition: string, count: number): Promise<void> {
  await vi.waitFor(
    async () => {
      const sessions = await queryRows(
        databaseUrl,
        `SELECT FROM pg_stat_activity WHERE application_name = 'consultation-chat' AND ${condition}`,
      );
      expect(sessions).toHaveLength(count);
    },
    { timeout: 20_000, interval: 20 },
  );
}

describe.concurrent('a database that goes away', () => {
  test('by kill -9 loses nothing acknowledged, answers everybody, and is used again when it is back', {
    timeout: LONG_TEST_MS,
  }, async ({ onTestFinished }) => {
    const subject = await openOnCluster(onTestFinished);
    const { cluster, store } = subject;
    const ids = await Promise.all(Array.from({ length: 20 }, () => patiently(() => openFresh(store))));
    const acknowledged = new Map(ids.map((id) => [id, 1]));
    let total = 0;
    let killed: Promise<void> | undefined;
    const failures: Settled[] = [];
    await Promise.all(
      ids.map(async (id) => {
        for (let version = 1; ; version += 1) {
          const settled = await timed(store, id, version);
          if (settled.answer !== 'appended') return failures.push(settled);
          acknowledged.set(id, version + 1);
          total += 1;
          // In the midst of it, with appends under way on every stream.
          if (total === 200) killed = cluster.kill('SIGKILL');
        }
      }),
    );
    await killed;
    expect(failures).toHaveLength(ids.length);
    expectRejectedInTime(failures);
    expectRejectedInTime([await timed(store, ids[0] ?? '', 1, ended(ids[0] ?? ''))]);

    await cluster.restart();
    await expectToWork(subject);
    for (const id of ids) {
      const versions = await versionsOf(cluster.databaseUrl, id);
      expect(versions).toEqual(versions.map((_, index) => index + 1));
      expect(versions.length).toBeGreaterThanOrEqual(acknowledged.get(id) ?? 0);
    }
  });

  test('by freezing rejects in time and stores nothing later of what had not been sent', {
    timeout: LONG_TEST_MS,
  }, async ({ onTestFinished }) => {
    const subject = await openOnCluster(onTestFinished);
    const { cluster, store } = subject;
    const under = await patiently(() => openFresh(store));
    const waiting = await Promise.all(Array.from({ length: 50 }, () => patiently(() => openFresh(store))));
    await cluster.kill('SIGSTOP');
    const first = timed(store, under, 1);
    // The flush of the first is under way when the others come: they wait behind it.
    await new Promise((resolve) => setImmediate(resolve));
    const behind = waiting.map((id) => timed(store, id, 1));
    expectRejectedInTime([await first, ...(await Promise.all(behind))]);

    await cluster.kill('SIGCONT');
    await expectToWork(subject);
    for (const id of waiting) expect(await versionsOf(cluster.databaseUrl, id)).toEqual([1]);
  });

  test('by freezing in the middle of a transaction leaves no connection with it still open', {
    timeout: LONG_TEST_MS,
  }, async ({ onTestFinished }) => {
    const subject = await openOnCluster(onTestFinished);
    const { cluster, store } = subject;
    const id = await patiently(() => openFresh(store));
    const blocker = new pg.Client({ connectionString: cluster.databaseUrl });
    await blocker.connect();
    onTestFinished(() => blocker.end());
    await blocker.query('BEGIN');
    await blocker.query('LOCK TABLE consultations IN ACCESS EXCLUSIVE MODE');
    const inFlight = timed(store, id, 1, extended(id, NOON + 1));
    await untilSessions(cluster.databaseUrl, `wait_event_type = 'Lock'`, 1);
    await cluster.kill('SIGSTOP');
    expectRejectedInTime([await inFlight]);
    // Long enough for the attempt to roll it back to run out of time as well.
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      expectRejectedInTime([await timed(store, fresh('frozen'), 0)]);
    }

    await cluster.kill('SIGCONT');
    await blocker.query('ROLLBACK');
    await expectToWork(subject);
    await untilSessions(cluster.databaseUrl, `state LIKE 'idle in transaction%'`, 0);
    expect(await versionsOf(cluster.databaseUrl, id)).toEqual([1]);
  });

  test('behind a lock that nobody lets go rejects in time, and goes on when it is free', {
    timeout: LONG_TEST_MS,
  }, async ({ onTestFinished }) => {
    const subject = await openOnCluster(onTestFinished);
    const { cluster, store } = subject;
    const ids = await Promise.all(Array.from({ length: 5 }, () => patiently(() => openFresh(store))));
    const blocker = new pg.Client({ connectionString: cluster.databaseUrl });
    await blocker.connect();
    onTestFinished(() => blocker.end());
    await blocker.query('BEGIN');
    await blocker.query('LOCK TABLE messages IN ACCESS EXCLUSIVE MODE');
    expectRejectedInTime(await Promise.all(ids.map((id) => timed(store, id, 1))));
    await blocker.query('ROLLBACK');
    await expectToWork(subject);
    for (const id of ids) expect(await versionsOf(cluster.databaseUrl, id)).toEqual([1]);
  });
});

test('a queue that is full answers overloaded, and is taken in again when it has room', async () => {
  const storage = await openPrismaStorage();
  onTestFinished(() => storage.close());
  const { eventStore, metrics } = storage;
  const waiting = Array.from({ length: MAX_QUEUED_APPENDS }, (_, index) =>
    eventStore.append(request('consultation:nowhere', index + 1, [ended('nowhere')])),
  );
  const refused = await eventStore.append(request('consultation:nowhere', 1, [ended('nowhere')]));
  expect(refused).toEqual({ outcome: 'overloaded', retryAfterMs: expect.any(Number) });
  expect(metrics.counted('appends_overloaded_total')).toBe(1);
  expect(metrics.read('appends_waiting')).toBeGreaterThan(MAX_QUEUED_APPENDS / 2);
  await Promise.allSettled(waiting);
  expect(metrics.read('appends_waiting')).toBe(0);
  const id = fresh('consultation');
  expect(await eventStore.append(request(`consultation:${id}`, 0, [opened(id)]))).toMatchObject({
    outcome: 'appended',
  });
});

test('the log takes new events and nothing else', async () => {
  const storage = await openPrismaStorage();
  onTestFinished(() => storage.close());
  await registerPeople(storage.eventStore);
  for (const statement of [
    `UPDATE events SET type = 'Forged'`,
    'DELETE FROM events',
    `INSERT INTO events (stream_id, version, type, schema_version, data, actor_kind, actor_id, occurred_at)
     VALUES ('doctor:doctor-1', 1, 'Forged', 1, '{}', 'admin', 'a', now())
     ON CONFLICT (stream_id, version) DO UPDATE SET type = 'Forged'`,
  ]) {
    await expect(queryRows(storage.databaseUrl, statement)).rejects.toThrow('append-only');
  }
  expect(await storage.eventStore.readStream('doctor:doctor-1', 0, 10)).toMatchObject([
    { event: { type: 'DoctorRegistered' } },
  ]);
});
