import type { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg';
import { schemaOf } from '../connection/schema-name.js';
import { grantServing, roleNameOf } from '../requirements/serving-privileges.js';
import type { MigrationConnection, ScriptRunner } from './migration-connection.js';
import { lockMigrations, openMigrationConnection } from './migration-connection.js';
import type { MigrationFile } from './migration-files.js';
import {
  packagedPrismaFiles,
  readMigrationFiles,
  readSchemaFile,
  toMigrationList,
} from './migration-files.js';
import { openSchemaEngine } from './schema-engine.js';
import { mendSequences } from './sequences.js';
import { notEmpty, prepareSchema } from './target-schema.js';

const NO_FILTERS = { externalTables: [], externalEnums: [] };

/** The failure of one migration, kept because the engine's own error hides the database's. */
interface FailedScript {
  readonly migration: string;
  readonly reason: string;
}

function databaseMessage(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const original =
    typeof cause === 'object' && cause !== null && 'originalMessage' in cause
      ? cause.originalMessage
      : undefined;
  const text =
    typeof original === 'string' ? original : error instanceof Error ? error.message : String(error);
  return text.split('\n').join(' ').trim();
}

/**
 * The script of a migration together with the note that it is done, in one transaction. If the server crashes, a
 * migration without that note has left nothing behind and can simply run again. (PostgreSQL runs CONCURRENTLY only
 * outside a transaction, hence alone.)
 */
function withFinishNote({ name, sql }: MigrationFile): string {
  if (/\bconcurrently\b/i.test(sql)) return sql;
  const literal = name.replaceAll("'", "''");
  return `${sql}\n;UPDATE "_prisma_migrations" SET "finished_at" = now()
    WHERE "migration_name" = '${literal}' AND "finished_at" IS NULL AND "rolled_back_at" IS NULL`;
}

/**
 * Whether Prisma refuses because there are tables that no migration has made. Here these belong to extensions, since
 * all others have been refused before.
 */
function isNotEmpty(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'P3005';
}

/** The first line of an engine error, which otherwise brings its stack. */
function inOneLine(error: unknown): unknown {
  if (!(error instanceof Error) || !error.message.includes('\n')) return error;
  return new Error(`The migrations failed: ${databaseMessage(error)}`, { cause: error });
}

async function withEngine<T>(
  connection: MigrationConnection,
  use: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  const engine = await openSchemaEngine(connection.factory);
  try {
    return await use(engine);
  } finally {
    engine.free();
  }
}

/**
 * Applies migrations with Prisma's engine. Loading it costs more than a second of CPU, so it is loaded only if there
 * is something to apply.
 */
async function applyWithEngine(
  connection: MigrationConnection,
  directory: string,
  migrations: readonly MigrationFile[],
): Promise<string[]> {
  const migrationsList = toMigrationList(directory, migrations);
  const { appliedMigrationNames } = await withEngine(connection, (engine) =>
    engine.applyMigrations({ migrationsList, filters: NO_FILTERS }),
  );
  return appliedMigrationNames;
}

/**
 * Brings a database up to date with a folder of plain Prisma migrations, as `prisma migrate deploy` would.
 *
 * - Servers that start together on one database take turns; the later one finds nothing left to do.
 * - The migrations go into the schema that the URL names. It is created if it does not exist.
 * - Each migration runs as one transaction, so one that failed, or that a crash cut short, is tried again at the next
 *   start instead of asking for `prisma migrate resolve`.
 * - A sequence that a copy by SQL has left behind its table is moved ahead of it.
 *
 * @param options.databaseUrl `postgresql://…?schema=…`; the role must own the tables.
 * @param options.servingRole another role, which gets the privileges that it needs to serve, and no others.
 * @param options.migrationsDirectory this package's own `prisma/migrations` when left out.
 * @returns `applied`: the names of the migrations that were applied now, in order; `mended`: the columns whose
 *   sequences were behind.
 * @throws {Error} with one line: the database cannot be reached (host and port named), the schema is another
 *   application's, the role lacks a privilege, or a migration failed (migration named).
 */
export async function applyMigrations(options: {
  readonly databaseUrl: string;
  readonly servingRole?: string;
  readonly migrationsDirectory?: string;
}): Promise<{ applied: string[]; mended: string[] }> {
  const directory = options.migrationsDirectory ?? packagedPrismaFiles().migrationsDirectory;
  const migrations = await readMigrationFiles(directory);
  let failed: FailedScript | undefined;
  const runScript: ScriptRunner = async (script, run) => {
    const migration = migrations.find(({ sql }) => sql === script);
    if (migration === undefined) return run(script);
    try {
      await run(withFinishNote(migration));
    } catch (error) {
      failed = { migration: migration.name, reason: databaseMessage(error) };
      throw error;
    }
  };
  const connection = await openMigrationConnection(options.databaseUrl, runScript);
  const { session } = connection;
  const schema = schemaOf(options.databaseUrl);
  try {
    await lockMigrations(session, schema);
    const names = migrations.map(({ name }) => name);
    const applied = (await prepareSchema(session, schema, names))
      ? await applyWithEngine(connection, directory, migrations)
      : [];
    if (options.servingRole !== undefined) await grantServing(session, schema, options.servingRole);
    return { applied, mended: await mendSequences(session) };
  } catch (error) {
    if (failed !== undefined) {
      throw new Error(`Migration ${failed.migration} failed: ${failed.reason}`, { cause: error });
    }
    throw isNotEmpty(error) ? notEmpty(schema) : inOneLine(error);
  } finally {
    await connection.close();
  }
}

/** The URLs of the database that holds the log and the read models. */
export interface DatabaseUrls {
  /** As the role that serves. */
  readonly databaseUrl: string;
  /** As the role that owns the tables, for migrations and the rebuild; null where the serving role owns them. */
  readonly migrationUrl: string | null;
}

/**
 * Runs {@link applyMigrations} as the owner of the tables, and gives the serving role its privileges.
 *
 * @throws the same errors.
 */
export async function prepareDatabase(urls: DatabaseUrls): Promise<{ applied: string[]; mended: string[] }> {
  const { databaseUrl, migrationUrl } = urls;
  if (migrationUrl === null) return applyMigrations({ databaseUrl });
  const servingRole = await roleNameOf(databaseUrl);
  return applyMigrations({ databaseUrl: migrationUrl, servingRole });
}

/**
 * Finds the SQL that takes a database with all migrations to the state that the Prisma schema describes; `''` when
 * the two agree. It works on a scratch database that it creates on the server of `databaseUrl` and drops again, so
 * the role needs CREATEDB. What a Prisma schema cannot say (triggers, functions, checks) is not compared.
 *
 * @param options.migrationsDirectory and `options.schemaPath` are this package's own when left out.
 */
export async function diffMigrationsAgainstSchema(options: {
  readonly databaseUrl: string;
  readonly migrationsDirectory?: string;
  readonly schemaPath?: string;
}): Promise<string> {
  const packaged = packagedPrismaFiles();
  const directory = options.migrationsDirectory ?? packaged.migrationsDirectory;
  const migrationList = toMigrationList(directory, await readMigrationFiles(directory));
  const schema = await readSchemaFile(options.schemaPath ?? packaged.schemaPath);
  const connection = await openMigrationConnection(options.databaseUrl);
  try {
    const { exitCode, stdout } = await withEngine(connection, (engine) =>
      engine.diff({
        from: { tag: 'migrations', ...migrationList },
        to: { tag: 'schemaDatamodel', ...schema },
        script: true,
        exitCode: true,
        filters: NO_FILTERS,
      }),
    );
    const DIFFERS = 2;
    return exitCode === DIFFERS ? (stdout ?? '') : '';
  } finally {
    await connection.close();
  }
}
