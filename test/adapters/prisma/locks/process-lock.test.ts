import pg from 'pg';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createRecordingLogger, createSilentLogger } from '../../../../src/adapters/memory/loggers.js';
import {
  countServing,
  type LockMode,
  type ProcessLock,
  takeProcessLock,
} from '../../../../src/adapters/prisma/locks/process-lock.js';
import { createTestDatabase, startPostgresCluster } from '../../../support/postgres.js';
import { queryRows } from '../prisma-storage.js';
import { openStartupRelay } from '../startup-relay.js';
import { openTransactionPooler } from '../transaction-pooler.js';

const LONG_TEST_MS = 60_000;
const PATIENCE = { timeout: 30_000, interval: 50 };
const logger = createSilentLogger();
/** What is logged of a lock that was lost. It may be had again before anybody has looked. */
const LOST_AND_RETAKEN = ['database.lock_lost', 'database.lock_retaken'];

async function newDatabase(): Promise<string> {
  const { databaseUrl, drop } = await createTestDatabase();
  onTestFinished(drop);
  return databaseUrl;
}

async function take(
  databaseUrl: string,
  waitMs = 0,
  mode: LockMode = 'alone',
  toldTo = logger,
): Promise<ProcessLock> {
  const lock = await takeProcessLock({ databaseUrl, logger: toldTo, waitMs, mode });
  onTestFinished(() => lock.release());
  return lock;
}

/** Ends the session that holds the lock, as a restart of the database does. */
async function cut(databaseUrl: string): Promise<void> {
  await queryRows(
    databaseUrl,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name LIKE 'consultation-chat lock %'`,
  );
}

describe('the lock of the process that serves', () => {
  test('is refused to a second one in one line, and free once it is released', async () => {
    const databaseUrl = await newDatabase();
    const first = await take(databaseUrl);
    expect(first.isHeld()).toBe(true);
    await expect(take(databaseUrl)).rejects.toThrow(
      /^Another server serves this database \(schema public\) already: [^\n]+\.$/,
    );
    await first.release();
    expect((await take(databaseUrl, 30_000)).isHeld()).toBe(true);
  });

  test('is counted for those that serve, once for each, and by schema', async () => {
    const databaseUrl = await newDatabase();
    const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
    onTestFinished(() => pool.end());
    expect(await countServing(pool, 'public')).toBe(0);
    const [one] = [await take(databaseUrl, 0, 'shared'), await take(databaseUrl, 0, 'shared')];
    const primary = await takeProcessLock({ databaseUrl, logger, waitMs: 0, mode: 'shared', serves: false });
    onTestFinished(() => primary.release());
    expect(await countServing(pool, 'public')).toBe(2);
    expect(await countServing(pool, 'another')).toBe(0);
    await one.release();
    expect(await countServing(pool, 'public')).toBe(1);
  });

  test('is waited for while a predecessor stops', async () => {
    const databaseUrl = await newDatabase();
    const first = await take(databaseUrl);
    const second = take(databaseUrl, 30_000);
    await first.release();
    expect((await second).isHeld()).toBe(true);
  });

  test('is not waited for by a start that is given up', async () => {
    const databaseUrl = await newDatabase();
    await take(databaseUrl);
    const stopping = new AbortController();
    const second = takeProcessLock({ databaseUrl, logger, waitMs: 30_000, signal: stopping.signal });
    stopping.abort(new Error('given up'));
    await expect(second).rejects.toThrow('given up');
  });

  test('is another one in another database and in another schema', async () => {
    const [one, other] = [await newDatabase(), await newDatabase()];
    const locks = [await take(one), await take(other), await take(`${one}?schema=second`)];
    expect(locks.map((lock) => lock.isHeld())).toEqual([true, true, true]);
    await expect(take(`${one}?schema=second`)).rejects.toThrow(/ \(schema second\) already: /);
  });

  test('that was lost is taken again by itself', async () => {
    const databaseUrl = await newDatabase();
    const log = createRecordingLogger();
    const lock = await takeProcessLock({ databaseUrl, logger: log, waitMs: 0 });
    onTestFinished(() => lock.release());
    await cut(databaseUrl);
    await vi.waitFor(() => expect(log.entries.map(({ event }) => event)).toEqual(LOST_AND_RETAKEN), PATIENCE);
    expect(lock.isHeld()).toBe(true);
    await expect(take(databaseUrl)).rejects.toThrow('Another server serves');
  });

  test('is not taken behind a pooler that lends sessions: nothing is left behind in one of them', async () => {
    const databaseUrl = await newDatabase();
    const pooler = await openTransactionPooler(databaseUrl);
    onTestFinished(() => pooler.close());
    await expect(take(pooler.databaseUrl)).rejects.toThrow(/set pool_mode to session \(PgBouncer\)/);
    expect((await take(databaseUrl)).isHeld()).toBe(true);
  });

  test('is known as its own without its name, while the server still believes in the old connection', async () => {
    const databaseUrl = await newDatabase();
    const relay = await openStartupRelay(databaseUrl, ['application_name']);
    onTestFinished(() => relay.close());
    const lock = await take(relay.databaseUrl);
    let isTakenOver = false;
    void lock.takenOver.then(() => {
      isTakenOver = true;
    });
    relay.abandon();
    await vi.waitFor(() => expect(lock.isHeld()).toBe(false), PATIENCE);
    // It was found taken more often than sessions could be remembered.
    await vi.waitFor(() => expect(relay.connections()).toBeGreaterThan(40), PATIENCE);
    relay.letGo();
    await vi.waitFor(() => expect(lock.isHeld()).toBe(true), PATIENCE);
    expect(isTakenOver).toBe(false);
  });

  test.each<LockMode>(['alone', 'shared'])(
    'that was had %s and that somebody else has by then is theirs, and this process is told',
    async (mode) => {
      const databaseUrl = await newDatabase();
      const lock = await take(databaseUrl, 0, mode);
      // Whoever waits for it at the server itself has it before anybody can ask again.
      const other = new pg.Client({ connectionString: databaseUrl, application_name: 'another server' });
      await other.connect();
      onTestFinished(() => other.end());
      const taken = other.query(`SELECT pg_advisory_lock(1128010001, hashtext('public'))`);
      await vi.waitFor(async () => {
        const waiting = await queryRows(
          databaseUrl,
          `SELECT FROM pg_stat_activity WHERE application_name = 'another server' AND wait_event = 'advisory'`,
        );
        expect(waiting).toHaveLength(1);
      }, PATIENCE);
      await cut(databaseUrl);
      await taken;
      await lock.takenOver;
      expect(lock.isHeld()).toBe(false);
    },
  );

  test('survives a database that crashes and comes back', { timeout: LONG_TEST_MS }, async () => {
    const cluster = await startPostgresCluster();
    onTestFinished(() => cluster.stop());
    const lock = await take(cluster.databaseUrl);
    await cluster.kill('SIGKILL');
    await vi.waitFor(() => expect(lock.isHeld()).toBe(false), PATIENCE);
    await cluster.restart();
    await vi.waitFor(() => expect(lock.isHeld()).toBe(true), PATIENCE);
  });

  test('survives a database that is frozen for longer than an answer may take', {
    timeout: LONG_TEST_MS,
  }, async () => {
    const cluster = await startPostgresCluster();
    onTestFinished(() => cluster.stop());
    const warned = vi.spyOn(process, 'emitWarning');
    onTestFinished(() => warned.mockRestore());
    const lock = await take(cluster.databaseUrl);
    await cluster.kill('SIGSTOP');
    await vi.waitFor(() => expect(lock.isHeld()).toBe(false), PATIENCE);
    await cluster.kill('SIGCONT');
    await vi.waitFor(() => expect(lock.isHeld()).toBe(true), PATIENCE);
    // pg warns of a connection that is asked again before it has answered.
    expect(warned).not.toHaveBeenCalled();
  });
});

describe('the lock of processes that serve as peers', () => {
  const share = (databaseUrl: string) => take(databaseUrl, 0, 'shared');

  test('is had by all of them, and excludes one that wants to be alone; that one excludes them', async () => {
    const databaseUrl = await newDatabase();
    const peers = [await share(databaseUrl), await share(databaseUrl)];
    expect(peers.map((lock) => lock.isHeld())).toEqual([true, true]);
    await expect(take(databaseUrl)).rejects.toThrow(/^Another server serves .+ already: [^\n]+\.$/);
    await peers[0]?.release();
    await expect(take(databaseUrl)).rejects.toThrow('Another server serves');
    await peers[1]?.release();
    await take(databaseUrl, 30_000);
    await expect(share(databaseUrl)).rejects.toThrow(
      /^Another server serves this database \(schema public\) alone, with PEERS=none: [^\n]+\.$/,
    );
  });

  test('is taken again by each when all have lost it, and nobody is taken for another one', async () => {
    const databaseUrl = await newDatabase();
    const logs = [createRecordingLogger(), createRecordingLogger()];
    const peers: ProcessLock[] = [];
    for (const log of logs) peers.push(await take(databaseUrl, 0, 'shared', log));
    const told: string[] = [];
    for (const lock of peers) void lock.takenOver.then(() => told.push('taken over'));
    await cut(databaseUrl);
    const events = () => logs.map(({ entries }) => entries.map(({ event }) => event));
    await vi.waitFor(() => expect(events()).toEqual([LOST_AND_RETAKEN, LOST_AND_RETAKEN]), PATIENCE);
    expect(peers.map((lock) => lock.isHeld())).toEqual([true, true]);
    expect(told).toEqual([]);
  });
});
