import pg from 'pg';
import type { Logger } from '../../application/ports/logger.js';
import { letAccountEnter, resolvePostgresAccount } from './account.js';
import { locatePostgresBinaries } from './binaries.js';
import { clusterUrl } from './cluster.js';
import { clusterDirectoryIn, openClusterFiles, prepareDataDirectory } from './data-directory.js';
import { lockDirectory } from './directory-lock.js';
import { disarmStalePidFile, endLeftover, findLeftover } from './leftover.js';
import { launchPostgresPatiently } from './postgres-process.js';
import { supervisePostgres } from './supervisor.js';

const DATABASE = 'chat';
const MAINTENANCE_DATABASE = 'postgres';
const CONNECT_TIMEOUT_MS = 5_000;

/** A PostgreSQL of the server's own. */
export interface EmbeddedPostgres {
  /** `postgresql://…` on 127.0.0.1; stays the same until {@link stop}. Holds a password: never log it. */
  readonly databaseUrl: string;
  /** Of the postmaster that runs now. */
  readonly pid: number;
  /** Ends PostgreSQL within 5 s, data safe, and gives the directory free. Calling it again does nothing. */
  stop(): Promise<void>;
}

async function ensureDatabase(port: number, password: string): Promise<void> {
  const admin = new pg.Client({
    connectionString: clusterUrl(port, password, MAINTENANCE_DATABASE),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  await admin.connect();
  try {
    const { rowCount } = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await admin.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await admin.end();
  }
}

/** The lock is ours, so nobody alive wants the PostgreSQL that may still be on the data. */
async function endPredecessor(clusterDirectory: string, logger: Logger): Promise<void> {
  const leftover = await findLeftover(clusterDirectory);
  if (leftover !== undefined) {
    logger.warn('postgres.leftover_ended', { pid: leftover });
    await endLeftover(clusterDirectory, leftover);
  }
  await disarmStalePidFile(clusterDirectory);
}

async function startLocked(dataDirectory: string, logger: Logger): Promise<EmbeddedPostgres> {
  const binaries = await locatePostgresBinaries();
  const account = await resolvePostgresAccount(clusterDirectoryIn(dataDirectory));
  await letAccountEnter(dataDirectory, account);
  const { clusterDirectory, logFile, password } = await openClusterFiles(dataDirectory, binaries, account);
  const clearTheWay = () => endPredecessor(clusterDirectory, logger);
  const launch = { binaries, account, clusterDirectory, logFile, clearTheWay };
  const first = await launchPostgresPatiently(launch);
  const { port } = first;
  try {
    await ensureDatabase(port, password);
  } catch (error) {
    await first.stop();
    throw error;
  }
  const restart = (signal: AbortSignal) => launchPostgresPatiently({ ...launch, port, signal });
  const supervisor = supervisePostgres(first, restart, logger);
  logger.info('postgres.started', { pid: first.pid, port });
  return {
    databaseUrl: clusterUrl(port, password, DATABASE),
    get pid() {
      return supervisor.pid;
    },
    stop: () => supervisor.stop(),
  };
}

/**
 * Starts the PostgreSQL that npm installed, on a free port of 127.0.0.1, with its data in
 * `<dataDir>/postgres`: made at the first start, kept ever after. Comes with an empty database, and is
 * restarted on the same port when it ends by itself. A PostgreSQL that a killed server left running on the
 * same data is shut down first.
 *
 * @throws Error with one line: another server uses `dataDir` (its pid is named); PostgreSQL is not installed,
 * cannot be run as root here, or did not start.
 */
export async function startEmbeddedPostgres(options: {
  readonly dataDir: string;
  readonly logger: Logger;
}): Promise<EmbeddedPostgres> {
  const dataDirectory = await prepareDataDirectory(options.dataDir);
  const lock = await lockDirectory(dataDirectory);
  try {
    const postgres = await startLocked(dataDirectory, options.logger);
    let stopped: Promise<void> | undefined;
    const stop = (): Promise<void> => {
      stopped ??= postgres.stop().finally(lock.release);
      return stopped;
    };
    return {
      databaseUrl: postgres.databaseUrl,
      get pid() {
        return postgres.pid;
      },
      stop,
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}
