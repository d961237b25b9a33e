import { statfs } from 'node:fs/promises';
import type { Logger } from '../../application/ports/logger.js';
import { letAccountEnter, resolvePostgresAccount } from './account.js';
import { clusterUrl, OWNER_ROLE, SERVING_ROLE } from './cluster.js';
import {
  clusterDirectoryIn,
  type MakingDatabase,
  namingDataDir,
  openClusterFiles,
  prepareDataDirectory,
  rotateLog,
} from './data-directory.js';
import { lockDirectory } from './directory-lock.js';
import { disarmStalePidFile, endLeftover, findLeftover } from './leftover.js';
import { launchPostgresPatiently } from './postgres-process.js';
import { postgresBinariesFor } from './reachable-binaries.js';
import { DATABASE, ensureRoles } from './roles.js';
import { supervisePostgres } from './supervisor.js';

/**
 * If the disk has less room than this, in bytes, the next page of a table may not fit, although some small writes
 * still do.
 */
const MIN_ROOM_BYTES = 1_024 * 1_024;

/** A PostgreSQL of the server's own. */
export interface EmbeddedPostgres {
  /**
   * `postgresql://…` on 127.0.0.1, as the serving role, which owns nothing and has only the privileges that
   * migrations grant. It stays the same until {@link stop}. Holds a password: never log it.
   */
  readonly databaseUrl: string;
  /** The URL as the role that owns the tables, for migrations and the rebuild. */
  readonly migrationUrl: string;
  /** The process id of the postmaster that runs now. */
  readonly pid: number;
  /** Whether the disk of the data directory has room for the next writes. */
  hasRoom(): Promise<boolean>;
  /** Ends PostgreSQL within 5 s, with its data safe, and releases the directory. Calling it again does nothing. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  readonly dataDir: string;
  readonly logger: Logger;
  /**
   * Aborting gives up the start, whatever it waits for, and ends what has been started. After the start it has no
   * effect.
   */
  readonly signal?: AbortSignal | undefined;
  readonly making?: MakingDatabase | undefined;
  /** How many connections there may be at once; PostgreSQL's own default, 100, when left out. */
  readonly maxConnections?: number | undefined;
  /** Further settings of PostgreSQL, by their names in postgresql.conf. They win over the server's own. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

/** Ends a PostgreSQL that still runs on the data. The directory's lock is ours, so no living server needs it. */
async function endPredecessor(clusterDirectory: string, logger: Logger, signal?: AbortSignal): Promise<void> {
  const leftover = await findLeftover(clusterDirectory);
  if (leftover !== undefined) {
    logger.warn('postgres.leftover_ended', { pid: leftover });
    await endLeftover(clusterDirectory, leftover, signal);
  }
  await disarmStalePidFile(clusterDirectory);
}

async function startLocked(
  dataDirectory: string,
  { logger, signal, making, maxConnections, settings: given }: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const account = await resolvePostgresAccount(clusterDirectoryIn(dataDirectory));
  const binaries = await postgresBinariesFor(account);
  await letAccountEnter(dataDirectory, account);
  const files = await openClusterFiles(dataDirectory, binaries, account, making, signal);
  const { home, clusterDirectory, logFile } = files;
  const clearTheWay = async (givingUp?: AbortSignal): Promise<void> => {
    await endPredecessor(clusterDirectory, logger, givingUp);
    await rotateLog(logFile);
  };
  await clearTheWay(signal);
  const passwords = await ensureRoles({ binaries, account, clusterDirectory, home, signal });
  const connections = maxConnections === undefined ? {} : { max_connections: String(maxConnections) };
  const settings = { ...connections, ...given };
  const launch = { binaries, account, clusterDirectory, logFile, clearTheWay, settings };
  const first = await launchPostgresPatiently({ ...launch, signal });
  const { port } = first;
  const restart = (stopping: AbortSignal) => launchPostgresPatiently({ ...launch, port, signal: stopping });
  const supervisor = supervisePostgres(first, restart, logger);
  logger.info('postgres.started', { pid: first.pid, port });
  return {
    databaseUrl: clusterUrl(port, passwords.serving, DATABASE, SERVING_ROLE),
    migrationUrl: clusterUrl(port, passwords.owner, DATABASE, OWNER_ROLE),
    get pid() {
      return supervisor.pid;
    },
    hasRoom: async () => {
      const { bavail, bsize } = await statfs(clusterDirectory);
      return bavail * bsize >= MIN_ROOM_BYTES;
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
 * cannot be run as root here, or did not start; the system refuses something in `dataDir`. The signal's reason.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDirectory = await prepareDataDirectory(options.dataDir);
  const lock = await lockDirectory(dataDirectory).catch((error: unknown) => {
    throw namingDataDir(dataDirectory, error);
  });
  try {
    const postgres = await startLocked(dataDirectory, options);
    let stopped: Promise<void> | undefined;
    const stop = (): Promise<void> => {
      stopped ??= postgres.stop().finally(lock.release);
      return stopped;
    };
    return {
      databaseUrl: postgres.databaseUrl,
      migrationUrl: postgres.migrationUrl,
      get pid() {
        return postgres.pid;
      },
      hasRoom: () => postgres.hasRoom(),
      stop,
    };
  } catch (error) {
    await lock.release();
    // Ctrl-C in a terminal also ends programs that the start waits for, such as initdb, which then seem to fail.
    options.signal?.throwIfAborted();
    throw namingDataDir(dataDirectory, error);
  }
}
