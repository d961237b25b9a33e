import { mkdir, readdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/adapters/embedded-postgres/embedded-postgres.js';
import { endLeftover, findLeftover } from '../../src/adapters/embedded-postgres/leftover.js';
import { isAlive } from '../../src/adapters/embedded-postgres/processes.js';
import { createSilentLogger } from '../../src/adapters/memory/loggers.js';
import { applyMigrations } from '../../src/adapters/prisma/migrations/migrations.js';

/** The directory of everything that a benchmark writes to the disk. It is removed with the benchmark. */
export interface RunDirectory {
  readonly path: string;
  remove(): Promise<void>;
}

const OWN_NAME = /^run-(\d+)$/;

/**
 * Opens such a directory beside the project, so that PostgreSQL writes to a disk and not to memory. It ends and
 * removes what a killed run has left.
 */
export async function openRunDirectory(cacheDirectory: string): Promise<RunDirectory> {
  await mkdir(cacheDirectory, { recursive: true });
  for (const name of await readdir(cacheDirectory)) {
    const pid = Number(OWN_NAME.exec(name)?.[1]);
    if (pid > 0 && (pid === process.pid || !isAlive(pid))) await removeRun(join(cacheDirectory, name));
  }
  const path = join(await realpath(cacheDirectory), `run-${process.pid}`);
  await mkdir(path);
  return { path, remove: () => removeRun(path) };
}

async function removeRun(path: string): Promise<void> {
  for (const name of await readdir(path)) {
    const cluster = join(path, name, 'postgres', 'data');
    const leftover = await findLeftover(cluster);
    if (leftover !== undefined) await endLeftover(cluster, leftover);
  }
  await rm(path, { recursive: true, force: true, maxRetries: 5 });
}

export interface BenchDatabase {
  readonly url: string;
  /** The process id of the postmaster. */
  readonly pid: number;
  readonly version: string;
  /** The settings in force, as PostgreSQL reports them. */
  readonly settings: Readonly<Record<string, string>>;
  /** The file of PostgreSQL's log. */
  readonly logFile: string;
  /** How many transactions there were so far; those of the last second may be missing. */
  commits(): Promise<number>;
  stop(): Promise<void>;
}

/** Nothing may be reported as stored before it is on the disk. */
const DURABLE = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' } as const;
const SHOWN = [...Object.keys(DURABLE), 'shared_buffers', 'max_connections'];

/**
 * Starts a fresh PostgreSQL as the product does, with the product's tables.
 *
 * @param wanted settings that differ from the product's.
 * @throws when it would not keep what it has committed.
 */
export async function startDatabase(
  dataDir: string,
  wanted: Readonly<Record<string, string>> = {},
): Promise<BenchDatabase> {
  const logger = createSilentLogger();
  const postgres = await startEmbeddedPostgres({ dataDir, logger, settings: wanted });
  try {
    const { migrationUrl: url, pid } = postgres;
    await applyMigrations({ databaseUrl: url });
    const { version, settings } = await inspect(url);
    for (const [name, value] of Object.entries(DURABLE)) {
      if (settings[name] !== value)
        throw new Error(`${name} of PostgreSQL is ${settings[name]}, not ${value}`);
    }
    const logFile = join(dataDir, 'postgres', 'log');
    return {
      url,
      pid,
      version,
      settings,
      logFile,
      commits: () => commitsOf(url),
      stop: () => postgres.stop(),
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

async function commitsOf(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ commits: number }>(
      'SELECT xact_commit::float8 AS commits FROM pg_stat_database WHERE datname = current_database()',
    );
    return rows[0]?.commits ?? Number.NaN;
  } finally {
    await client.end();
  }
}

async function inspect(url: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const show = async (name: string): Promise<string> => {
      const { rows } = await client.query<Record<string, string>>(`SHOW ${name}`);
      return rows[0]?.[name] ?? '';
    };
    const settings: Record<string, string> = {};
    for (const name of SHOWN) settings[name] = await show(name);
    return { version: await show('server_version'), settings };
  } finally {
    await client.end();
  }
}
