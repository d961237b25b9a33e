import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createRecordingLogger, createSilentLogger } from '../../../../src/adapters/memory/loggers.js';
import { openDatabase } from '../../../../src/adapters/prisma/connection/database.js';
import { takeProcessLock } from '../../../../src/adapters/prisma/locks/process-lock.js';
import { openMigrationConnection } from '../../../../src/adapters/prisma/migrations/migration-connection.js';
import { createTestDatabase } from '../../../support/postgres.js';
import { queryRows } from '../prisma-storage.js';
import { openStartupRelay } from '../startup-relay.js';

const logger = createSilentLogger();
const PATIENCE = { timeout: 30_000, interval: 50 };
/** What ends sessions and statements, as a careful operator may have it for a whole database. */
const LIMITS = [
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
  'idle_session_timeout',
  'transaction_timeout',
];

async function newDatabase(): Promise<string> {
  const { databaseUrl, drop } = await createTestDatabase();
  onTestFinished(drop);
  return databaseUrl;
}

/** The value of each limit, in ms. */
const VALUES = `SELECT name, setting::int AS ms FROM pg_settings WHERE name = ANY('{${LIMITS.join(',')}}')`;

async function openLongWork(databaseUrl: string) {
  const database = openDatabase({ databaseUrl, logger, statementTimeoutMs: 0 });
  onTestFinished(() => database.$disconnect());
  return database.pool;
}

async function openMigrations(databaseUrl: string) {
  const connection = await openMigrationConnection(databaseUrl);
  onTestFinished(() => connection.close());
  return connection.session;
}

describe('a connection', () => {
  test.each([
    ['of long work', openLongWork],
    ['of migrations', openMigrations],
  ])('%s is not ended by limits that are the default of its database', async (_, open) => {
    const databaseUrl = await newDatabase();
    const name = new URL(databaseUrl).pathname.slice(1);
    for (const limit of LIMITS)
      await queryRows(databaseUrl, `ALTER DATABASE "${name}" SET ${limit} = '1min'`);
    const session = await open(databaseUrl);
    const { rows } = await session.query<{ name: string; ms: number }>(VALUES);
    expect(rows.map((row) => row.name).sort()).toEqual([...LIMITS].sort());
    expect(rows.filter(({ ms }) => ms !== 0)).toEqual([]);
  });

  test('that is lost while somebody has borrowed it, and asks nothing, says so at the next statement', async () => {
    const databaseUrl = await newDatabase();
    const database = openDatabase({ databaseUrl, logger });
    onTestFinished(() => database.$disconnect());
    const pid = 'SELECT pg_backend_pid() AS pid';
    const borrowed = await database.pool.connect();
    const ended = new Promise((resolve) => borrowed.once('end', resolve));
    const { rows } = await borrowed.query<{ pid: number }>(pid);

    // Nobody listens to its errors here: had it no listener of its own, this would end the process.
    await queryRows(databaseUrl, `SELECT pg_terminate_backend(${rows[0]?.pid})`);
    await ended;

    await expect(borrowed.query(pid)).rejects.toThrow(/not queryable|terminated/);
    borrowed.release();
    expect((await database.pool.query<{ pid: number }>(pid)).rows[0]?.pid).not.toBe(rows[0]?.pid);
  });

  test('of the pool is kept after a row that another writer was faster with, and dropped after what is not of the data', async () => {
    const database = openDatabase({ databaseUrl: await newDatabase(), logger });
    onTestFinished(() => database.$disconnect());
    const pid = async () =>
      (await database.pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid;
    const first = await pid();
    const twice = `INSERT INTO users (id, name, registered_at) VALUES ('a', 'A', now()), ('a', 'A', now())`;
    for (let time = 1; time <= 2; time += 1) {
      await expect(database.pool.query(twice)).rejects.toMatchObject({ code: '23505' });
      expect(await pid()).toBe(first);
    }
    expect(await database.pool.query('SELECT FROM users')).toMatchObject({ rowCount: 0 });
    await expect(
      database.pool.query(`SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(1)`),
    ).rejects.toMatchObject({ code: '57014' });
    expect(await pid()).not.toBe(first);
    expect(database.pool.totalCount).toBe(1);
  });

  test('of the pool keeps its own limit, whatever database and URL say', async () => {
    const databaseUrl = await newDatabase();
    const name = new URL(databaseUrl).pathname.slice(1);
    for (const limit of LIMITS)
      await queryRows(databaseUrl, `ALTER DATABASE "${name}" SET ${limit} = '1min'`);
    const given =
      'application_name=mine&statement_timeout=1&query_timeout=1&lock_timeout=1&idle_in_transaction_session_timeout=1';
    const options = encodeURIComponent('-c statement_timeout=2 -c work_mem=5MB');
    const database = openDatabase({ databaseUrl: `${databaseUrl}?${given}&options=${options}`, logger });
    onTestFinished(() => database.$disconnect());
    const { rows } = await database.pool.query<{ name: string; setting: string }>(
      `SELECT name, setting FROM pg_settings
       WHERE name = ANY('{${LIMITS.join(',')}}') OR name IN ('application_name', 'work_mem')`,
    );
    expect(Object.fromEntries(rows.map(({ name: key, setting }) => [key, setting]))).toEqual({
      application_name: 'consultation-chat',
      statement_timeout: '3000',
      idle_in_transaction_session_timeout: '10000',
      lock_timeout: '0',
      idle_session_timeout: '0',
      transaction_timeout: '0',
      // Asked for, and nobody's business here.
      work_mem: '5120',
    });
  });

  test('of the pool has its limits behind somebody who drops what connections ask for', async () => {
    const databaseUrl = await newDatabase();
    const name = new URL(databaseUrl).pathname.slice(1);
    for (const limit of LIMITS)
      await queryRows(databaseUrl, `ALTER DATABASE "${name}" SET ${limit} = '1min'`);
    const relay = await openStartupRelay(databaseUrl, ['options', ...LIMITS]);
    onTestFinished(() => relay.close());
    const database = openDatabase({ databaseUrl: relay.databaseUrl, logger });
    onTestFinished(() => database.$disconnect());
    const { rows } = await database.pool.query<{ name: string; ms: number }>(VALUES);
    expect(Object.fromEntries(rows.map(({ name: key, ms }) => [key, ms]))).toEqual({
      statement_timeout: 3_000,
      idle_in_transaction_session_timeout: 10_000,
      lock_timeout: 0,
      idle_session_timeout: 0,
      transaction_timeout: 0,
    });
  });

  test('that holds the lock of the process is known by its own name, whatever the URL calls it', async () => {
    const databaseUrl = await newDatabase();
    const given = `${databaseUrl}?application_name=clinic&query_timeout=1&statement_timeout=1`;
    const log = createRecordingLogger();
    const lock = await takeProcessLock({ databaseUrl: given, logger: log, waitMs: 0 });
    onTestFinished(() => lock.release());
    let isTakenOver = false;
    void lock.takenOver.then(() => {
      isTakenOver = true;
    });
    const names = await queryRows(
      databaseUrl,
      `SELECT application_name FROM pg_stat_activity
       WHERE datname = current_database() AND pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory')`,
    );
    expect(names).toEqual([
      { application_name: expect.stringMatching(/^consultation-chat lock [0-9a-f]{8}$/) },
    ]);
    await queryRows(
      databaseUrl,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name LIKE 'consultation-chat lock %'`,
    );
    const lostAndRetaken = ['database.lock_lost', 'database.lock_retaken'];
    await vi.waitFor(() => expect(log.entries.map(({ event }) => event)).toEqual(lostAndRetaken), PATIENCE);
    expect(lock.isHeld()).toBe(true);
    expect(isTakenOver).toBe(false);
  });
});
