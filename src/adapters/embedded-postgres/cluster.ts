import { type ExecFileException, execFile } from 'node:child_process';
import { chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { PostgresAccount } from './account.js';
import type { PostgresBinaries } from './binaries.js';
import { endAtAbort, launchAs, nameOfWorkingDirectory, ownEnvironment } from './launch.js';

const run = promisify(execFile);

/** The superuser that initdb makes. The server signs in as {@link OWNER_ROLE} and {@link SERVING_ROLE} instead. */
export const CLUSTER_ROLE = 'chat';
/** The role that owns the tables, for migrations and the rebuild. */
export const OWNER_ROLE = 'chat_owner';
/** The role that reads and writes rows, for serving people. */
export const SERVING_ROLE = 'chat_server';

const INITDB_TIMEOUT_MS = 120_000;

/** initdb failed. The message has initdb's own words. */
export class InitdbError extends Error {}

/**
 * What PostgreSQL puts before its words in a line that it writes while initdb starts it: the time, the process and
 * the severity.
 */
const BEFORE_THE_WORDS = /^(?:\S+ \S+ \S+ \[\d+\] )?(?:initdb: )?(?:(?:error|FATAL|PANIC|ERROR):\s*)?/;

/** Why initdb failed, in one line: its own words, if it has said anything. */
function reasonOf(error: unknown, account: PostgresAccount): string {
  const failure = error instanceof Error ? (error as ExecFileException) : undefined;
  const lines = (failure?.stderr ?? '').split('\n').filter((line) => line.trim() !== '');
  const telling = lines.find((line) => /error|fatal|could not/i.test(line)) ?? lines[0];
  if (telling !== undefined) return `initdb: ${telling.replace(BEFORE_THE_WORDS, '')}`;
  if (typeof failure?.code === 'string')
    return `initdb could not be run (${failure.message})${whoRuns(account)}`;
  return `initdb ended without a word, ${failure?.signal ? `by ${failure.signal}` : `with ${failure?.code}`}`;
}

function whoRuns(account: PostgresAccount): string {
  if (account === undefined) return '';
  const other = `as the user with the id ${account.uid}, because PostgreSQL refuses root`;
  return ` ${other}: start the server as another user, or set DATABASE_URL.`;
}

/**
 * Runs initdb: an empty cluster at `directory`, which must not exist yet, for the role {@link CLUSTER_ROLE}
 * with a password (SCRAM). UTF-8 with PostgreSQL's own C.UTF-8, so that sorting is the same on every machine.
 *
 * @throws InitdbError with one line when initdb fails.
 */
export async function createCluster(options: {
  readonly binaries: PostgresBinaries;
  readonly account: PostgresAccount;
  readonly directory: string;
  readonly password: string;
  /** Further flags for initdb. */
  readonly flags?: readonly string[];
  /** Aborting ends initdb, which then fails. */
  readonly signal?: AbortSignal | undefined;
}): Promise<void> {
  const { account, directory } = options;
  await mkdir(directory, { mode: 0o700 });
  // initdb reads the password from a file, which its account has to be able to read.
  const passwordName = `initdb-password-${process.pid}`;
  const passwordFile = join(dirname(directory), passwordName);
  const flags = [
    `--pgdata=${await nameOfWorkingDirectory(directory, account)}`,
    `--username=${CLUSTER_ROLE}`,
    // The path is relative to the working directory, because a directory above may be closed.
    `--pwfile=${join('..', passwordName)}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    ...(options.flags ?? []),
  ];
  const { command, parameters, ids } = await launchAs(account, options.binaries.initdb, flags);
  await writeFile(passwordFile, `${options.password}\n`, { mode: 0o600, flag: 'wx' });
  let stopWatching = (): void => {};
  try {
    if (account !== undefined) {
      await chown(directory, account.uid, account.gid);
      await chown(passwordFile, account.uid, account.gid);
    }
    const running = run(command, [...parameters], {
      ...ids,
      cwd: directory,
      timeout: INITDB_TIMEOUT_MS,
      env: ownEnvironment(),
    });
    stopWatching = endAtAbort(running.child, options.signal);
    await running;
  } catch (error) {
    throw new InitdbError(reasonOf(error, account), { cause: error });
  } finally {
    stopWatching();
    await rm(passwordFile, { force: true });
  }
}

/** The URL of a database in a cluster on this machine. */
export function clusterUrl(port: number, password: string, database: string, role = CLUSTER_ROLE): string {
  return `postgresql://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}
