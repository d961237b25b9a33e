import { type ChildProcess, execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { closedDirectoryAbove, type PostgresAccount } from './account.js';

const run = promisify(execFile);

/** How a program of PostgreSQL is started. */
export interface Launch {
  readonly command: string;
  readonly parameters: readonly string[];
  /** The options of `spawn` for the account. */
  readonly ids: { readonly uid?: number; readonly gid?: number };
}

/** A program of util-linux, which every usual Linux has. */
const SETPRIV = 'setpriv';
/**
 * With these, the program inherits no capability, and neither it nor a program that it starts can gain one by a
 * file's mode.
 */
const WITHOUT_PRIVILEGES = ['--inh-caps=-all', '--ambient-caps=-all', '--no-new-privs'];
/**
 * With this, capabilities are also dropped for good. Dropping them takes a capability that not every container leaves
 * to root.
 */
const WITHOUT_BOUNDS = '--bounding-set=-all';

/**
 * How to start `program` under the account, or as the present user, without any capability. If `setpriv` is missing or
 * not permitted, the change of the user drops the capabilities all the same.
 */
export async function launchAs(
  account: PostgresAccount,
  program: string,
  parameters: readonly string[],
): Promise<Launch> {
  const ids =
    account === undefined ? [] : [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'];
  for (const flags of [
    [...ids, ...WITHOUT_PRIVILEGES, WITHOUT_BOUNDS],
    [...ids, ...WITHOUT_PRIVILEGES],
  ]) {
    if (!(await canSetPrivileges(flags))) continue;
    return { command: SETPRIV, parameters: [...flags, '--', program, ...parameters], ids: {} };
  }
  return { command: program, parameters, ids: account ?? {} };
}

async function canSetPrivileges(flags: readonly string[]): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  return run(SETPRIV, [...flags, '--', 'true'], { cwd: '/' }).then(
    () => true,
    () => false,
  );
}

/** The working directory of a process, which the process can reach whatever directories are above it. */
const OWN_WORKING_DIRECTORY = '/proc/self/cwd';

/**
 * The path by which a program that is started in `clusterDirectory` reaches it. If a directory above is closed to the
 * account (a project in root's home, or in a directory of `mktemp -d`), that is the working directory that root put the
 * program in: nothing is moved or opened for others, and no capability is needed to pass.
 *
 * @throws Error with one line that names the directory in the way, on systems without `/proc`.
 */
export async function nameOfWorkingDirectory(
  clusterDirectory: string,
  account: PostgresAccount,
): Promise<string> {
  const closed = await closedDirectoryAbove(clusterDirectory, account);
  if (closed === null) return clusterDirectory;
  if (process.platform !== 'linux') throw unreachable(account, closed, clusterDirectory);
  return OWN_WORKING_DIRECTORY;
}

export function unreachable(account: PostgresAccount, directory: string, path: string): Error {
  return new Error(
    `PostgreSQL does not run as root, and the user it runs as instead (id ${account?.uid}) may not enter ${directory}, ` +
      `which it must to reach ${path}: start the server as another user, move it, or set DATABASE_URL.`,
  );
}

/** Variables without which programs do not work on Windows. */
const KEPT_ON_WINDOWS = ['SystemRoot', 'windir', 'ComSpec', 'TEMP', 'TMP'];

/**
 * The environment of PostgreSQL's programs: nothing of ours, which holds secrets that SQL could print and settings
 * (`PGDATA`, `PGOPTIONS`) that are meant for others.
 */
export function ownEnvironment(): NodeJS.ProcessEnv {
  const kept = ['PATH', ...(process.platform === 'win32' ? KEPT_ON_WINDOWS : [])];
  const found = kept.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(found), TZ: 'UTC', LC_ALL: 'C' };
}

/**
 * Tells the program to end as soon as the signal aborts. The program's end must still be waited for.
 *
 * @returns a function that stops this.
 */
export function endAtAbort(child: ChildProcess, signal: AbortSignal | undefined): () => void {
  const end = (): void => {
    child.kill();
  };
  if (signal?.aborted === true) end();
  signal?.addEventListener('abort', end);
  return () => signal?.removeEventListener('abort', end);
}
