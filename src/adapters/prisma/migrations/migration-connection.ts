import { randomUUID } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import type { SqlDriverAdapter, SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import pg from 'pg';
import { MIGRATION_LOCK } from '../connection/advisory-locks.js';
import { DEFAULT_SCHEMA, schemaOf } from '../connection/schema-name.js';
import { sessionOpening } from '../connection/session-settings.js';
import { cannotOpen, checkDatabaseUrl } from '../connection/unreachable.js';
import { UrlOnlyClient } from '../connection/url-only-client.js';
import { complaintOfPooling } from '../requirements/pooling-requirement.js';
import { acceptCharColumns } from './char-columns.js';

/** How long opening a connection may take, in ms. */
const CONNECT_TIMEOUT_MS = 5_000;

/** How long to wait for another server that is applying migrations to the same database, in ms. */
export const MIGRATION_LOCK_WAIT_MS = 60_000;

/** The advisory lock that every Prisma engine takes, `prisma migrate deploy` too, whatever the schema. */
const PRISMA_MIGRATION_LOCK = 72_707_369;
const TAKE_PRISMA_LOCK = `pg_advisory_lock(${PRISMA_MIGRATION_LOCK})`;

const LOCK_NOT_AVAILABLE = '55P03';

/** Runs a migration script. By default it is run as it is. */
export type ScriptRunner = (script: string, run: (sql: string) => Promise<void>) => Promise<void>;

const runAsItIs: ScriptRunner = (script, run) => run(script);

/** An open connection for migrations: one PostgreSQL session, in which all statements of the engine run. */
export interface MigrationConnection {
  readonly session: pg.Pool;
  readonly factory: SqlMigrationAwareDriverAdapterFactory;
  /** Ends the session and everything the engine opened; releases the lock. */
  close(): Promise<void>;
}

function openSession(databaseUrl: string, database?: string): pg.Pool {
  const url = new URL(databaseUrl);
  if (database !== undefined) {
    url.pathname = `/${database}`;
    url.searchParams.delete('schema');
  }
  const session = new pg.Pool({
    connectionString: url.href,
    // This one connection is never dropped while idle, because the advisory lock lives as long as it.
    max: 1,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'consultation-chat migrations',
    Client: UrlOnlyClient,
    onConnect: sessionOpening(url.href),
  });
  // A connection that is lost while idle shows at the next statement. Without a listener, the error would end the
  // process.
  session.on('error', () => {});
  return session;
}

async function adapterOn(
  session: pg.Pool,
  schema: string,
  runScript: ScriptRunner,
): Promise<SqlDriverAdapter> {
  const adapter = await new PrismaPg(session, { schema }).connect();
  acceptCharColumns(adapter, session);
  // The adapter's own executeScript cuts the text at every ';', function bodies and comments included, and commits
  // piece by piece. A text without parameters is sent as a whole, and is one implicit transaction.
  const runWhole = async (sql: string): Promise<void> => {
    await adapter.executeRaw({ sql, args: [], argTypes: [] });
  };
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = (query) =>
    queryRaw({ ...query, sql: query.sql.replace(TAKE_PRISMA_LOCK, takeLock(schema)) });
  const executeRaw = adapter.executeRaw.bind(adapter);
  adapter.executeRaw = (query) =>
    executeRaw({ ...query, sql: query.sql.replace(TAKE_PRISMA_LOCK, takeLock(schema)) });
  adapter.executeScript = (script) => runScript(script, runWhole);
  return adapter;
}

async function openShadowDatabase(session: pg.Pool, databaseUrl: string, opened: (() => Promise<void>)[]) {
  const name = `prisma_migrate_shadow_db_${randomUUID()}`;
  await session.query(`CREATE DATABASE "${name}" TEMPLATE template0`);
  const shadow = openSession(databaseUrl, name);
  opened.push(async () => {
    await shadow.end();
    await session.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
  });
  return adapterOn(shadow, DEFAULT_SCHEMA, runAsItIs);
}

/**
 * Opens a connection for migrations.
 *
 * @throws {Error} with one line: with host and port when the database cannot be reached or refuses, with the setting
 *   to change when a pooler changes sessions.
 */
export async function openMigrationConnection(
  databaseUrl: string,
  runScript: ScriptRunner = runAsItIs,
): Promise<MigrationConnection> {
  checkDatabaseUrl(databaseUrl);
  const session = openSession(databaseUrl);
  const closing: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const step of closing.reverse()) await step();
    await session.end();
  };
  try {
    await session.query('SELECT 1');
  } catch (error) {
    await close();
    throw cannotOpen(databaseUrl, error);
  }
  await verifyThatSessionsStay(session, databaseUrl).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const factory: SqlMigrationAwareDriverAdapterFactory = {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => adapterOn(session, schemaOf(databaseUrl), runScript),
    connectToShadowDb: () => openShadowDatabase(session, databaseUrl, closing),
  };
  return { session, factory, close };
}

/**
 * Refuses a pooler that lends sessions, because the lock would stay behind, and the migrations would run in several
 * sessions.
 */
async function verifyThatSessionsStay(session: pg.Pool, databaseUrl: string): Promise<void> {
  const other = openSession(databaseUrl);
  try {
    const complaint = await complaintOfPooling(session, other).catch((error: unknown) => {
      throw cannotOpen(databaseUrl, error);
    });
    if (complaint !== null) throw new Error(`${complaint}.`);
  } finally {
    await other.end();
  }
}

/**
 * The statement that takes the lock. Prisma's own lock covers a whole database. In a schema of its own the chat takes
 * another lock, because anybody else who migrates that database is another application, and neither should wait for
 * the other.
 */
function takeLock(schema: string): string {
  if (schema === DEFAULT_SCHEMA) return TAKE_PRISMA_LOCK;
  return `pg_advisory_lock(${MIGRATION_LOCK}, hashtext(${pg.escapeLiteral(schema)}))`;
}

/**
 * Takes the lock of the schema's migrations, and waits if another server holds it. The engine asks for the same lock
 * in the same session, where PostgreSQL grants it at once; by itself the engine would give up after ten seconds.
 *
 * @throws {Error} with one line when another server holds it longer than {@link MIGRATION_LOCK_WAIT_MS}.
 */
export async function lockMigrations(
  session: pg.Pool,
  schema: string,
  waitMs = MIGRATION_LOCK_WAIT_MS,
): Promise<void> {
  await session.query(`SET lock_timeout = ${waitMs}`);
  try {
    await session.query(`SELECT ${takeLock(schema)}`);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== LOCK_NOT_AVAILABLE) throw error;
    const text = `Another server has been applying migrations to this database for over ${waitMs / 1000} s.`;
    throw new Error(text, { cause: error });
  }
  await session.query('SET lock_timeout = 0');
}
