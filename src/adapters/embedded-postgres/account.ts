import { execFile } from 'node:child_process';
import { chmod, chown, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The account that PostgreSQL runs under instead of root. */
const ACCOUNT_NAME = 'postgres';

/** The ids with which PostgreSQL's programs are started; `undefined` stands for the present user. */
export type PostgresAccount = { readonly uid: number; readonly gid: number } | undefined;

async function findAccount(): Promise<PostgresAccount> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', ACCOUNT_NAME]), run('id', ['-g', ACCOUNT_NAME])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

async function createAccount(): Promise<void> {
  await run('groupadd', ['--system', '--force', ACCOUNT_NAME]);
  await run('useradd', ['--system', '--gid', ACCOUNT_NAME, '--no-create-home', ACCOUNT_NAME]);
}

/** The ids of the owner of the cluster, if this process is root and the owner is somebody else. */
async function ownerOf(clusterDirectory: string): Promise<PostgresAccount> {
  const found = await stat(clusterDirectory).catch(() => undefined);
  return found === undefined || found.uid === 0 ? undefined : { uid: found.uid, gid: found.gid };
}

/**
 * PostgreSQL refuses to run as root. When we are root, its programs therefore run as the owner of the cluster, if there
 * is one already, or else as the system account `postgres`, which is created when it is missing (every PostgreSQL
 * package of a Linux distribution does the same).
 *
 * @throws Error with one line when we are root and there is no such account and none can be made.
 */
export async function resolvePostgresAccount(clusterDirectory?: string): Promise<PostgresAccount> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = clusterDirectory === undefined ? undefined : await ownerOf(clusterDirectory);
  const existing = owner ?? (await findAccount());
  if (existing !== undefined) return existing;
  const cause = await createAccount().catch((error: unknown) => error);
  const created = await findAccount();
  if (created !== undefined) return created;
  const text =
    'PostgreSQL does not run as root, and the account "postgres" could not be created for it: ' +
    'start the server as another user, or set DATABASE_URL.';
  throw new Error(text, { cause });
}

async function mayEnter(directory: string, account: { uid: number; gid: number }): Promise<boolean> {
  const { uid, gid, mode } = await stat(directory);
  if (uid === account.uid) return (mode & 0o100) !== 0;
  if (gid === account.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}

/** Lets the account pass through a directory of ours, by its group, without letting it list the directory. */
export async function letAccountEnter(directory: string, account: PostgresAccount): Promise<void> {
  if (account === undefined || (await mayEnter(directory, account))) return;
  const { uid, mode } = await stat(directory);
  await chown(directory, uid, account.gid);
  await chmod(directory, (mode & 0o707) | 0o010);
}

/** The first directory above `path` that the account may not enter; null when there is none, or no account either. */
export async function closedDirectoryAbove(path: string, account: PostgresAccount): Promise<string | null> {
  if (account === undefined) return null;
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    if (!(await mayEnter(directory, account))) return directory;
    if (directory === dirname(directory)) return null;
  }
}
