import { execFile } from 'node:child_process';
import { chmod, chown, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The account that PostgreSQL runs under instead of root. */
const ACCOUNT_NAME = 'postgres';

/** Ids to start PostgreSQL's programs with; `undefined` means as the present user. */
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

/** The ids of whoever made the cluster, when we are root and somebody else did. */
async function ownerOf(clusterDirectory: string): Promise<PostgresAccount> {
  const found = await stat(clusterDirectory).catch(() => undefined);
  return found === undefined || found.uid === 0 ? undefined : { uid: found.uid, gid: found.gid };
}

/**
 * PostgreSQL refuses to run as root. Then its programs run as the owner of the cluster, when there is one
 * already, or else as the system account `postgres`, which is created when it is missing (so does every
 * PostgreSQL package of a Linux distribution).
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

/**
 * Lets the account pass through a directory of ours, by its group and without letting it list the directory.
 */
export async function letAccountEnter(directory: string, account: PostgresAccount): Promise<void> {
  if (account === undefined || (await mayEnter(directory, account))) return;
  const { uid, mode } = await stat(directory);
  await chown(directory, uid, account.gid);
  await chmod(directory, (mode & 0o707) | 0o010);
}

/** The first directory above `path` that the account may not enter. */
async function closedDirectoryAbove(
  path: string,
  account: { uid: number; gid: number },
): Promise<string | null> {
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    if (!(await mayEnter(directory, account))) return directory;
    if (directory === dirname(directory)) return null;
  }
}

/** How a program is started under an account. */
export interface Launch {
  readonly command: string;
  readonly parameters: readonly string[];
  /** For `spawn`. */
  readonly ids: { readonly uid?: number; readonly gid?: number };
}

/**
 * How to start `program` under the account so that it reaches itself and `path`. Where a directory above them is closed
 * to the account (a project in root's home, or in a directory of `mktemp -d`), it keeps one of root's capabilities: to
 * pass through directories. Nothing is moved or opened for others.
 *
 * @throws Error with one line that names the directory in the way, where that cannot be had.
 */
export async function launchAs(
  account: PostgresAccount,
  program: string,
  parameters: readonly string[],
  path: string,
): Promise<Launch> {
  if (account === undefined) return { command: program, parameters, ids: {} };
  const closed =
    (await closedDirectoryAbove(program, account)) ?? (await closedDirectoryAbove(path, account));
  if (closed === null) return { command: program, parameters, ids: account };
  const capability = await passingCapability();
  if (capability === null) throw unreachable(account, closed, path);
  const { uid, gid } = account;
  return {
    command: SETPRIV,
    parameters: [
      `--reuid=${uid}`,
      `--regid=${gid}`,
      '--clear-groups',
      // Without it access(2), by which PostgreSQL finds its own parts, leaves capabilities out.
      '--securebits=+no_setuid_fixup',
      `--inh-caps=+${capability}`,
      `--ambient-caps=+${capability}`,
      '--',
      program,
      ...parameters,
    ],
    ids: {},
  };
}

/** Of util-linux, which every usual Linux has. */
const SETPRIV = 'setpriv';
/** Bits of a capability set; the first one is enough, containers often have only the other. */
const PASSING_CAPABILITIES = [
  { name: 'dac_read_search', bit: 2n },
  { name: 'dac_override', bit: 1n },
] as const;

/** A capability of ours that lets a program pass through any directory, if there is one and it can be handed on. */
async function passingCapability(): Promise<string | null> {
  try {
    await run(SETPRIV, ['--version']);
    const status = await readFile('/proc/self/status', 'utf8');
    const permitted = BigInt(`0x${/^CapPrm:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
    return PASSING_CAPABILITIES.find(({ bit }) => ((permitted >> bit) & 1n) === 1n)?.name ?? null;
  } catch {
    return null;
  }
}

function unreachable(account: { uid: number }, directory: string, path: string): Error {
  return new Error(
    `PostgreSQL does not run as root, and the user it runs as instead (id ${account.uid}) may not enter ${directory}, ` +
      `which it must to reach ${path}: start the server as another user, move it, or set DATABASE_URL.`,
  );
}
