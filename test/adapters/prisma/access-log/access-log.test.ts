import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createRecordingLogger, createSilentLogger } from '../../../../src/adapters/memory/loggers.js';
import { createRecordingMetrics, type RecordingMetrics } from '../../../../src/adapters/memory/metrics.js';
import { createPrismaAccessLog } from '../../../../src/adapters/prisma/access-log/access-log.js';
import { MAX_BATCH_ACCESSES } from '../../../../src/adapters/prisma/access-log/access-log-insert.js';
import { MAX_WAITING_NOTES } from '../../../../src/adapters/prisma/access-log/access-log-notes.js';
import { MAX_QUEUED_ACCESSES } from '../../../../src/adapters/prisma/access-log/access-log-recorder.js';
import { createPrismaEventStore } from '../../../../src/adapters/prisma/append/event-store.js';
import { type Database, openDatabase } from '../../../../src/adapters/prisma/connection/database.js';
import { rebuildReadModels } from '../../../../src/adapters/prisma/projections/rebuild.js';
import {
  type AccessLog,
  type AccessLogFilter,
  type AccessLogPage,
  MAX_ACCESS_LOG_PAGE,
  type ReadAccess,
} from '../../../../src/application/ports/access-log.js';
import {
  fresh,
  message,
  NOON,
  openFresh,
  PATIENT,
  registerPeople,
  request,
} from '../../../contracts/storage.js';
import { startPostgresCluster, type TestDatabase } from '../../../support/postgres.js';
import { openPostgresTap, type PostgresTap } from '../postgres-tap.js';
import { AWKWARD_SETTINGS, createTestDatabaseWith, queryRows } from '../prisma-storage.js';

/** Whoever reads gets an answer within 5 s, whatever the database does. */
const ANSWER_LIMIT_MS = 5_000;
const EVERYTHING: AccessLogFilter = { consultationId: null, person: null, from: null, to: null };

let testDatabase: TestDatabase;
let tap: PostgresTap;
let database: Database;
let metrics: RecordingMetrics;
let accessLog: AccessLog;

beforeAll(async () => {
  testDatabase = await createTestDatabaseWith(AWKWARD_SETTINGS);
  tap = await openPostgresTap(testDatabase.databaseUrl);
  database = openDatabase({ databaseUrl: tap.databaseUrl, logger: createSilentLogger() });
});
beforeEach(() => {
  metrics = createRecordingMetrics();
  accessLog = createPrismaAccessLog({ database, metrics, logger: createSilentLogger() });
});
afterAll(async () => {
  await database.$disconnect();
  await tap.close();
  await testDatabase.drop();
});

function access(consultationId: string, details: Partial<ReadAccess> = {}): ReadAccess {
  const requestId = fresh('request');
  return {
    at: NOON,
    reader: PATIENT,
    consultationId,
    subject: null,
    action: 'join',
    channel: 'socket',
    requestId,
    ...details,
  };
}

function accesses(count: number, consultationId = fresh('consultation')): ReadAccess[] {
  return Array.from({ length: count }, () => access(consultationId));
}

/** What anybody else sees in the database, in the order in which it was stored. */
async function stored(databaseUrl: string, consultationId: string | null): Promise<string[]> {
  const rows = await queryRows<{ request_id: string }>(
    databaseUrl,
    'SELECT request_id FROM access_log WHERE consultation_id = $1 ORDER BY id',
    [consultationId],
  );
  return rows.map(({ request_id }) => request_id);
}

const requestIds = (entries: readonly ReadAccess[]) => entries.map(({ requestId }) => requestId);

describe('what an entry costs', () => {
  test('one is one statement in one round trip, durable when it is answered', async () => {
    const entry = access(fresh('consultation'));
    const { roundTrips, statements } = await tap.during(() => accessLog.record(entry));
    expect({ roundTrips, statements: statements.length }).toEqual({ roundTrips: 1, statements: 1 });
    expect(await stored(testDatabase.databaseUrl, entry.consultationId)).toEqual([entry.requestId]);
  });

  test('as many as a batch holds are one statement too', async () => {
    const entries = accesses(MAX_BATCH_ACCESSES);
    const { roundTrips, statements } = await tap.during(() =>
      Promise.all(entries.map((entry) => accessLog.record(entry))),
    );
    expect({ roundTrips, statements: statements.length }).toEqual({ roundTrips: 1, statements: 1 });
    expect(await stored(testDatabase.databaseUrl, entries[0]?.consultationId ?? '')).toEqual(
      requestIds(entries),
    );
  });

  test('what comes while a flush is under way shares the next one', async () => {
    const [first = access('none'), ...others] = accesses(60);
    const { roundTrips } = await tap.during(async () => {
      const under = accessLog.record(first);
      // The flush of the first starts in this turn of the event loop; the others come after it.
      await new Promise((resolve) => setImmediate(resolve));
      await Promise.all(others.map((entry) => accessLog.record(entry)));
      await under;
    });
    expect(roundTrips).toBe(2);
  });
});

test('an entry that cannot be stored fails alone', async () => {
  const entries = accesses(40);
  const bad = { ...access(entries[0]?.consultationId ?? ''), requestId: 'no text holds a \0' };
  const answers = await Promise.allSettled(
    [...entries.slice(0, 20), bad, ...entries.slice(20)].map((entry) => accessLog.record(entry)),
  );
  expect(answers.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))).toEqual([20]);
  expect(await stored(testDatabase.databaseUrl, bad.consultationId)).toEqual(requestIds(entries));
});

test('a batch that the database does not take in time fails as a whole: none of it is stored', {
  timeout: 20_000,
}, async () => {
  const entries = accesses(30);
  const blocker = new pg.Client({ connectionString: testDatabase.databaseUrl });
  await blocker.connect();
  await blocker.query('BEGIN; LOCK TABLE access_log IN SHARE MODE');
  const startedAt = performance.now();
  const answers = await Promise.allSettled(entries.map((entry) => accessLog.record(entry)));
  expect(performance.now() - startedAt).toBeLessThan(ANSWER_LIMIT_MS);
  await blocker.end();
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['rejected']));
  expect(await stored(testDatabase.databaseUrl, entries[0]?.consultationId ?? '')).toEqual([]);
  expect(await accessLog.record(access(fresh('consultation')))).toEqual({ outcome: 'recorded' });
});

test('beyond its limit it refuses as overloaded, and goes on when there is room', async () => {
  const entries = accesses(MAX_QUEUED_ACCESSES);
  const waiting = entries.map((entry) => accessLog.record(entry));
  const refused = access(entries[0]?.consultationId ?? '');
  expect(await accessLog.record(refused)).toEqual({
    outcome: 'overloaded',
    retryAfterMs: expect.any(Number),
  });
  expect(metrics.counted('access_entries_overloaded_total')).toBe(1);
  await Promise.all(waiting);
  expect(metrics.read('access_entries_waiting')).toBe(0);
  expect(await stored(testDatabase.databaseUrl, refused.consultationId)).toEqual(requestIds(entries));
  expect(await accessLog.record(refused)).toEqual({ outcome: 'recorded' });
});

describe('what nobody waits for', () => {
  /** Somebody who was there has left. */
  const departures = (count: number, consultationId: string): ReadAccess[] =>
    accesses(count, consultationId).map((entry) => ({ ...entry, action: 'leave' }));

  /** At least once each, in whatever order: what was tried again comes later. */
  async function areStored(consultationId: string, entries: readonly ReadAccess[]): Promise<void> {
    await expect
      .poll(async () => [...new Set(await stored(testDatabase.databaseUrl, consultationId))].sort(), {
        timeout: 30_000,
      })
      .toEqual(requestIds(entries).toSorted());
  }

  test('10,000 who leave together are stored, by a few statements', { timeout: 90_000 }, async () => {
    const consultationId = fresh('consultation');
    const entries = departures(10_000, consultationId);
    const { statements } = await tap.during(async () => {
      for (const entry of entries) accessLog.note(entry);
      expect(metrics.read('access_notes_waiting')).toBe(10_000);
      await accessLog.settle(60_000);
    });
    // Twenty, and more where the database is so slow that some are tried again.
    expect(statements.length).toBeLessThan(entries.length / 10);
    expect(metrics.read('access_notes_waiting')).toBe(0);
    await areStored(consultationId, entries);
  });

  test('one that cannot be stored is lost alone, with its ids in the log', { timeout: 60_000 }, async () => {
    const logger = createRecordingLogger();
    const log = createPrismaAccessLog({ database, metrics, logger });
    const consultationId = fresh('consultation');
    const entries = departures(5, consultationId);
    const bad = { ...access(consultationId), action: 'leave', requestId: 'no text holds a \0' } as const;
    for (const entry of [...entries.slice(0, 2), bad, ...entries.slice(2)]) log.note(entry);
    await log.settle(20_000);
    await areStored(consultationId, entries);
    expect(metrics.counted('access_notes_lost_total')).toBe(1);
    expect(logger.entries).toMatchObject([
      {
        level: 'error',
        event: 'access_log.note_lost',
        fields: { action: 'leave', consultationId, requestId: bad.requestId },
      },
    ]);
  });

  test('beyond the limit is lost with its ids, and so is what the end cannot wait for', async () => {
    const logger = createRecordingLogger();
    const silent = openDatabase({
      databaseUrl: 'postgresql://nobody@127.0.0.1:1/none',
      logger: createSilentLogger(),
    });
    const log = createPrismaAccessLog({ database: silent, metrics, logger });
    const consultationId = fresh('consultation');
    for (let index = 0; index < MAX_WAITING_NOTES; index += 1) log.note(access(consultationId));
    expect(metrics.counted('access_notes_lost_total')).toBe(0);
    log.note(access(consultationId));
    expect(metrics.counted('access_notes_lost_total')).toBe(1);
    await log.settle(0);
    expect(metrics.counted('access_notes_lost_total')).toBe(MAX_WAITING_NOTES + 1);
    expect(metrics.read('access_notes_waiting')).toBe(0);
    await silent.$disconnect();
  });
});

test('two processes whose clocks differ: who follows the pages to the end meets every entry, each once', async () => {
  const other = openDatabase({ databaseUrl: testDatabase.databaseUrl, logger: createSilentLogger() });
  const deps = { metrics: createRecordingMetrics(), logger: createSilentLogger() };
  const processes = [
    { log: accessLog, clock: NOON },
    { log: createPrismaAccessLog({ ...deps, database: other }), clock: NOON - 300_000 },
  ];
  const consultationId = fresh('consultation');
  let ticks = 0;
  /** One entry of each, in the same moment, each by its own clock. */
  async function recordOnBoth(): Promise<void> {
    ticks += 1;
    const at = (clock: number) => access(consultationId, { at: clock + ticks * 1_000 });
    await Promise.all(processes.map(({ log, clock }) => log.record(at(clock))));
  }
  for (let moment = 0; moment < 20; moment += 1) await recordOnBoth();
  const there = await stored(testDatabase.databaseUrl, consultationId);
  const seen: (string | null)[] = [];
  let after: string | null = null;
  for (let page = 0; page === 0 || after !== null; page += 1) {
    // Whichever process is asked, and whatever is recorded between two pages.
    const asked = processes[page % 2]?.log;
    const answer: AccessLogPage | null | undefined = await asked?.query(
      { ...EVERYTHING, consultationId },
      after,
      3,
    );
    seen.push(...(answer?.entries ?? []).map(({ requestId }) => requestId));
    after = answer?.next ?? null;
    // No more than is read: or it would not end.
    if (page % 2 === 0) await recordOnBoth();
  }
  expect(seen).toEqual(expect.arrayContaining(there));
  expect(new Set(seen).size).toBe(seen.length);
  // Those that the slow clock has put behind the place where the reader stood have been met, too.
  expect(seen.length).toBeGreaterThan(there.length);
  await other.$disconnect();
});

describe('the table', () => {
  test.each(['UPDATE access_log SET reader_id = $1', 'DELETE FROM access_log WHERE reader_id <> $1'])(
    'takes new entries and nothing else: %s',
    async (sql) => {
      await accessLog.record(access(fresh('consultation')));
      const before = await queryRows(testDatabase.databaseUrl, 'SELECT * FROM access_log ORDER BY id');
      await expect(queryRows(testDatabase.databaseUrl, sql, ['somebody'])).rejects.toThrow(
        'the access log is append-only',
      );
      expect(await queryRows(testDatabase.databaseUrl, 'SELECT * FROM access_log ORDER BY id')).toEqual(
        before,
      );
    },
  );

  test.each([
    ['a superuser', 'SET LOCAL session_replication_role = replica', ''],
    [
      'its owner',
      'ALTER TABLE access_log DISABLE TRIGGER access_log_is_append_only',
      'ALTER TABLE access_log ENABLE TRIGGER access_log_is_append_only;',
    ],
  ])('lets %s remove what has been kept for long enough, as the documents say', async (_who, open, shut) => {
    const consultationId = fresh('consultation');
    const young = access(consultationId);
    await accessLog.record(access(consultationId, { at: Date.parse('2001-01-01T00:00:00.000Z') }));
    await accessLog.record(young);
    await queryRows(
      testDatabase.databaseUrl,
      `BEGIN; ${open}; DELETE FROM access_log WHERE at < timestamptz '2020-01-01T00:00:00Z'; ${shut} COMMIT`,
    );
    expect(await stored(testDatabase.databaseUrl, consultationId)).toEqual([young.requestId]);
    await expect(queryRows(testDatabase.databaseUrl, 'DELETE FROM access_log')).rejects.toThrow(
      'the access log is append-only',
    );
  });

  test('survives a rebuild of the read models, row by row', async () => {
    const eventStore = createPrismaEventStore(database, createRecordingMetrics());
    await registerPeople(eventStore);
    const id = await openFresh(eventStore);
    await eventStore.append(request(`consultation:${id}`, 1, [message(id, 1)], { actor: PATIENT }));
    await accessLog.record(access(id));
    const rows = () => queryRows(testDatabase.databaseUrl, 'SELECT * FROM access_log ORDER BY id');
    const before = await rows();
    const told = await accessLog.query({ ...EVERYTHING, person: PATIENT }, null, MAX_ACCESS_LOG_PAGE);
    const patient = openDatabase({
      databaseUrl: testDatabase.databaseUrl,
      logger: createSilentLogger(),
      statementTimeoutMs: 0,
    });
    await rebuildReadModels(patient).finally(() => patient.$disconnect());
    expect(await rows()).toEqual(before);
    // Whose consultations these are stands in a read model: the answer is the same with the new one.
    expect(await accessLog.query({ ...EVERYTHING, person: PATIENT }, null, MAX_ACCESS_LOG_PAGE)).toEqual(
      told,
    );
  });
});

test('a database that dies: everybody gets an answer in time, and what is acknowledged is stored', {
  timeout: 60_000,
}, async ({ onTestFinished }) => {
  const cluster = await startPostgresCluster();
  onTestFinished(() => cluster.stop());
  const own = openDatabase({ databaseUrl: cluster.databaseUrl, logger: createSilentLogger() });
  onTestFinished(() => own.$disconnect());
  const log = createPrismaAccessLog({
    database: own,
    metrics: createRecordingMetrics(),
    logger: createSilentLogger(),
  });
  const consultationId = fresh('consultation');
  await log.record(access(consultationId));

  const acknowledged: string[] = [];
  const failed: string[] = [];
  let killed: Promise<void> | undefined;
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      for (;;) {
        const entry = access(consultationId);
        const startedAt = performance.now();
        try {
          await log.record(entry);
          acknowledged.push(entry.requestId);
          // In the midst of it, with entries of everybody under way.
          if (acknowledged.length === 200) killed = cluster.kill('SIGKILL');
        } catch {
          expect(performance.now() - startedAt).toBeLessThan(ANSWER_LIMIT_MS);
          failed.push(entry.requestId);
          return;
        }
      }
    }),
  );
  await killed;
  expect(failed).toHaveLength(20);
  await expect(log.query(EVERYTHING, null, 1)).rejects.toThrow();

  // Nobody waits for it: it is kept until the database is back.
  const left: ReadAccess = { ...access(consultationId), action: 'leave' };
  log.note(left);
  await cluster.restart();
  await log.settle(30_000);
  expect(await stored(cluster.databaseUrl, consultationId)).toContain(left.requestId);
  expect(await log.record(access(consultationId))).toEqual({ outcome: 'recorded' });
  const there = await stored(cluster.databaseUrl, consultationId);
  expect(new Set(there).size).toBe(there.length);
  expect(acknowledged.filter((requestId) => !there.includes(requestId))).toEqual([]);
});
