import pg from 'pg';
import { onTestFinished } from 'vitest';
import { createSilentLogger } from '../../../src/adapters/memory/loggers.js';
import { createRecordingMetrics, type RecordingMetrics } from '../../../src/adapters/memory/metrics.js';
import { createPrismaEventStore } from '../../../src/adapters/prisma/append/event-store.js';
import { type Database, openDatabase } from '../../../src/adapters/prisma/connection/database.js';
import { applyMigrations } from '../../../src/adapters/prisma/migrations/migrations.js';
import { createStoragePorts } from '../../../src/adapters/prisma/storage.js';
import type { Storage } from '../../contracts/storage.js';
import {
  copyTestDatabase,
  createEmptyDatabase,
  createTestDatabase,
  type TestDatabase,
} from '../../support/postgres.js';

/** Defaults that a server may well have and that must not matter. */
export const AWKWARD_SETTINGS: Readonly<Record<string, string>> = {
  TimeZone: 'America/St_Johns',
  DateStyle: 'German, DMY',
  IntervalStyle: 'sql_standard',
  default_transaction_isolation: 'serializable',
  extra_float_digits: '-15',
  standard_conforming_strings: 'off',
  bytea_output: 'escape',
  // Whoever relies on an order of rows that it did not ask for is found out.
  enable_hashagg: 'off',
};

/** PostgreSQL tells the plan of each statement with its answer: the one that really ran, parameters and all. */
export const EXPLAIN_SETTINGS: Readonly<Record<string, string>> = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_level': 'notice',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_timing': 'off',
};

/** A migrated database of one test's own whose sessions start with the given settings. */
export async function createTestDatabaseWith(
  settings: Readonly<Record<string, string>>,
): Promise<TestDatabase> {
  const testDatabase = await createTestDatabase();
  const name = new URL(testDatabase.databaseUrl).pathname.slice(1);
  const statements = Object.entries(settings).map(
    ([setting, value]) => `ALTER DATABASE ${name} SET ${setting} = '${value}'`,
  );
  if (statements.length > 0) await queryRows(testDatabase.databaseUrl, statements.join('; '));
  return testDatabase;
}

/** Runs one statement, or several without values, on a connection of its own, past the adapter. */
export async function queryRows<Row extends pg.QueryResultRow>(
  databaseUrl: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<Row>(sql, [...values])).rows;
  } finally {
    await client.end();
  }
}

export interface PrismaStorage extends Storage {
  /** Of `eventStore`. */
  readonly metrics: RecordingMetrics;
  readonly databaseUrl: string;
  readonly database: Database;
}

/** The adapters over a database that goes with `close()`; the second event store has connections of its own. */
export async function openPrismaStorage(
  settings: Readonly<Record<string, string>> = {},
): Promise<PrismaStorage> {
  const testDatabase = await createTestDatabaseWith(settings);
  return openPrismaStorageOn(testDatabase.databaseUrl, testDatabase.drop);
}

/** The same with sessions that somebody has set to another time zone since they were opened. */
export async function openPrismaStorageInZone(timeZone: string): Promise<PrismaStorage> {
  const testDatabase = await createTestDatabase();
  const moveTo = (database: Database) => {
    database.pool.on('connect', (session) => void session.query(`SET TimeZone = '${timeZone}'`));
  };
  return openPrismaStorageOn(testDatabase.databaseUrl, testDatabase.drop, moveTo);
}

/** Databases with tables of a host's and a migrated schema of the chat's: each is made once by a worker, and copied. */
const shared = new Map<string, Promise<TestDatabase>>();

async function makeBeside(hostTables: string, schema: string): Promise<TestDatabase> {
  const made = await createEmptyDatabase();
  await queryRows(made.databaseUrl, hostTables);
  await applyMigrations({ databaseUrl: `${made.databaseUrl}?schema=${schema}` });
  return made;
}

/** In a schema of its own, in a database whose `public` has other tables with the same names. */
export async function openPrismaStorageBeside(hostTables: string, schema: string): Promise<PrismaStorage> {
  const key = JSON.stringify([hostTables, schema]);
  const original = shared.get(key) ?? makeBeside(hostTables, schema);
  shared.set(key, original);
  const { databaseUrl, drop } = await copyTestDatabase(await original);
  return openPrismaStorageOn(`${databaseUrl}?schema=${schema}`, drop);
}

async function openPrismaStorageOn(
  databaseUrl: string,
  drop: () => Promise<void>,
  prepare: (database: Database) => void = () => {},
): Promise<PrismaStorage> {
  const logger = createSilentLogger();
  const database = openDatabase({ databaseUrl, logger });
  const metrics = createRecordingMetrics();
  const otherDatabase = openDatabase({ databaseUrl, logger });
  prepare(database);
  prepare(otherDatabase);
  return {
    databaseUrl,
    database,
    ...createStoragePorts({ database, metrics, logger }),
    metrics,
    otherEventStore: createPrismaEventStore(otherDatabase, createRecordingMetrics()),
    close: async () => {
      await Promise.all([database.$disconnect(), otherDatabase.$disconnect()]);
      await drop();
    },
  };
}

let roles = 0;

/** The URL of a role of the test's own that may log in and has been granted this; it goes with the test. */
export async function createRole(databaseUrl: string, ...grants: readonly string[]): Promise<URL> {
  roles += 1;
  const role = `role_${process.pid}_${roles}`;
  await queryRows(databaseUrl, `CREATE ROLE ${role} LOGIN PASSWORD 'hunter2'`);
  onTestFinished(async () => {
    await queryRows(databaseUrl, `DROP OWNED BY ${role} CASCADE`);
    await queryRows(databaseUrl, `DROP ROLE ${role}`);
  });
  for (const grant of grants) await queryRows(databaseUrl, `${grant} TO ${role}`);
  const url = new URL(databaseUrl);
  url.username = role;
  url.password = 'hunter2';
  return url;
}
