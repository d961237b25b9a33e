import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, open, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { PostgresAccount } from './account.js';
import { letAccountEnter } from './account.js';
import type { PostgresBinaries } from './binaries.js';
import { createCluster, InitdbError } from './cluster.js';
import { newPassword, SERVING_FILE, SUPERUSER_FILE } from './roles.js';

/** If a start finds PostgreSQL's log larger than this, in bytes, the log begins anew. One old log is kept. */
const MAX_LOG_BYTES = 5_000_000;

/** The files of the embedded PostgreSQL, all below `<DATA_DIR>/postgres`. */
export interface ClusterFiles {
  readonly home: string;
  readonly clusterDirectory: string;
  readonly logFile: string;
}

const HOME_NAME = 'postgres';
/** An empty file by which our cluster is told from others. Earlier versions had a superuser's password instead. */
const MADE_HERE = 'made-by-consultation-chat';
const UNFINISHED_NAME = /^postgres\.unfinished-[0-9a-f]+$/;

/** The path of PostgreSQL's data directory in our data directory, whether it exists yet or not. */
export function clusterDirectoryIn(dataDirectory: string): string {
  return join(dataDirectory, HOME_NAME, 'data');
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/**
 * Makes a directory and those above it. Node's own recursive mkdir tries for ever below a directory in which none can
 * be made, such as /proc.
 */
async function makeDirectories(path: string): Promise<void> {
  const parent = dirname(path);
  if (parent !== path && !(await exists(parent))) await makeDirectories(parent);
  try {
    await mkdir(path);
  } catch (error) {
    const isThere = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isThere) throw error;
  }
}

/**
 * Makes the data directory if it does not exist, and returns its absolute path without symbolic links.
 *
 * @throws {Error} with one line when it cannot be made, read or written to.
 */
export async function prepareDataDirectory(dataDir: string): Promise<string> {
  const path = resolve(dataDir);
  try {
    await makeDirectories(path);
    const real = await realpath(path);
    await access(real, constants.R_OK | constants.W_OK | constants.X_OK);
    return real;
  } catch (error) {
    throw unusable(path, error);
  }
}

function unusable(dataDirectory: string, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Error(`The data directory (DATA_DIR) ${dataDirectory} cannot be used: ${reason}`, { cause });
}

/**
 * Turns an error of the operating system in the data directory into one that names the setting. Other errors are
 * returned as they are.
 */
export function namingDataDir(dataDirectory: string, error: unknown): unknown {
  const path = error instanceof Error && 'path' in error ? String(error.path) : '';
  return path.startsWith(dataDirectory) ? unusable(dataDirectory, error) : error;
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => undefined);
  // Windows cannot sync a directory, and does not need to.
  await handle?.sync().catch(() => {});
  await handle?.close();
}

/** Makes everything in another place and moves it here in one step, so that whatever is here is complete. */
async function createHome(
  dataDirectory: string,
  binaries: PostgresBinaries,
  account: PostgresAccount,
  signal: AbortSignal | undefined,
) {
  const unfinished = join(dataDirectory, `${HOME_NAME}.unfinished-${randomBytes(8).toString('hex')}`);
  await mkdir(unfinished, { mode: 0o700 });
  await letAccountEnter(unfinished, account);
  // Nobody will use the superuser's password.
  const cluster = { binaries, account, directory: join(unfinished, 'data'), password: newPassword(), signal };
  await createCluster(cluster).catch((cause: unknown) => {
    if (!(cause instanceof InitdbError)) throw cause;
    const where = `the data directory (DATA_DIR) ${dataDirectory}`;
    throw new Error(`PostgreSQL cannot be set up in ${where}: ${cause.message}`, { cause });
  });
  await writeFile(join(unfinished, MADE_HERE), '', { mode: 0o600, flush: true });
  await syncDirectory(unfinished);
  await rename(unfinished, join(dataDirectory, HOME_NAME));
  await syncDirectory(dataDirectory);
}

async function removeUnfinished(dataDirectory: string): Promise<void> {
  for (const name of await readdir(dataDirectory)) {
    if (!UNFINISHED_NAME.test(name)) continue;
    // An orphaned initdb may still be writing there. What cannot be removed now is removed at the next start.
    await rm(join(dataDirectory, name), { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
  }
}

/** Begins a new log if the present one has grown large. One old log is kept. */
export async function rotateLog(logFile: string): Promise<void> {
  const size = await stat(logFile).then(
    (found) => found.size,
    () => 0,
  );
  if (size > MAX_LOG_BYTES) await rename(logFile, `${logFile}.old`);
}

/**
 * Whether this server has made what is in `home`.
 *
 * @throws {Error} with one line when it belongs to another user.
 */
async function isOurs(home: string): Promise<boolean> {
  try {
    const names = await readdir(home);
    return [MADE_HERE, SERVING_FILE, SUPERUSER_FILE].some((name) => names.includes(name));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EACCES')) return false;
    const text = `${home} belongs to another user: start the server as that one, or set DATA_DIR.`;
    throw new Error(text, { cause: error });
  }
}

/** Called with the absolute path before a cluster is made there, which takes seconds. */
export type MakingDatabase = (directory: string) => void;

/**
 * The cluster of a data directory, made by initdb when there is none. What an initdb that was cut short left
 * behind is removed. Call it only while holding the directory's lock.
 *
 * @param signal ends initdb, which then fails.
 * @throws Error with one line when what is there is not a cluster this server made, or initdb fails.
 */
export async function openClusterFiles(
  dataDirectory: string,
  binaries: PostgresBinaries,
  account: PostgresAccount,
  making: MakingDatabase = () => {},
  signal?: AbortSignal,
): Promise<ClusterFiles> {
  await removeUnfinished(dataDirectory);
  const home = join(dataDirectory, HOME_NAME);
  if (!(await exists(home))) {
    making(home);
    await createHome(dataDirectory, binaries, account, signal);
  }
  const clusterDirectory = clusterDirectoryIn(dataDirectory);
  if (!(await isOurs(home)) || !(await exists(join(clusterDirectory, 'PG_VERSION')))) {
    throw new Error(
      `${home} is not a PostgreSQL made by this server, or is damaged: move it away, or set DATA_DIR.`,
    );
  }
  const logFile = join(home, 'log');
  await rotateLog(logFile);
  return { home, clusterDirectory, logFile };
}
