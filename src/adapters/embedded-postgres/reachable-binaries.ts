import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, cp, lstat, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { closedDirectoryAbove, type PostgresAccount } from './account.js';
import { locatePostgresBinaries, type PostgresBinaries } from './binaries.js';
import { unreachable } from './launch.js';

/** Directories in which a copy may be made, the best first. */
const PLACES = ['/var/lib', tmpdir()];
const FOLDER = 'consultation-chat';

/**
 * The programs of the installed package, for the account.
 *
 * @throws as {@link reachableBinaries}.
 */
export async function postgresBinariesFor(account: PostgresAccount): Promise<PostgresBinaries> {
  return reachableBinaries(await locatePostgresBinaries(), account);
}

/**
 * The programs in a place that the account can reach: where npm put them or, when a directory above is closed to the
 * account, in a copy. The copy is made once for each version, belongs to root and is readable for everybody, as a
 * package of the system would be.
 *
 * @throws Error with one line that names the directory in the way, where no copy can be made.
 */
export async function reachableBinaries(
  binaries: PostgresBinaries,
  account: PostgresAccount,
): Promise<PostgresBinaries> {
  const closed = await closedDirectoryAbove(binaries.postgres, account);
  if (closed === null) return binaries;
  const native = dirname(dirname(binaries.postgres));
  const name = await versionedName(native);
  let cause: unknown;
  for (const place of PLACES) {
    try {
      if ((await closedDirectoryAbove(join(place, FOLDER), account)) !== null) continue;
      const copy = await copyOf(native, await ownFolder(place), name);
      return { initdb: join(copy, 'bin', 'initdb'), postgres: join(copy, 'bin', 'postgres') };
    } catch (error) {
      cause ??= error;
    }
  }
  throw Object.assign(unreachable(account, closed, binaries.postgres), { cause });
}

async function versionedName(native: string): Promise<string> {
  const manifest = await readFile(join(dirname(native), 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  return `postgresql-${version}-${process.platform}-${process.arch}`;
}

/** @throws when the folder exists, and somebody else could have put something into it. */
async function ownFolder(place: string): Promise<string> {
  const folder = join(place, FOLDER);
  await mkdir(folder, { mode: 0o755 }).catch(() => {});
  const { uid, mode } = await lstat(folder);
  if (uid !== process.getuid?.() || (mode & constants.S_IFMT) !== constants.S_IFDIR || (mode & 0o022) !== 0) {
    throw new Error(`${folder} is not a directory of this user's alone.`);
  }
  await chmod(folder, 0o755);
  return folder;
}

/**
 * Makes the copy in another place and moves it here in one step. A copy that was cut short by an outage is made
 * again.
 */
async function copyOf(native: string, folder: string, name: string): Promise<string> {
  const copy = join(folder, name);
  if (await isWhole(native, copy)) return copy;
  const unfinished = join(folder, `${name}.unfinished-${randomBytes(8).toString('hex')}`);
  try {
    await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
    await openForReading(unfinished);
    await rm(copy, { recursive: true, force: true });
    await rename(unfinished, copy);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another server that was started at the same moment may have been quicker.
    if (!(await isWhole(native, copy))) throw error;
  }
  return copy;
}

async function isWhole(native: string, copy: string): Promise<boolean> {
  for (const entry of await readdir(native, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const [original, copied] = await Promise.all([
      lstat(path),
      lstat(join(copy, path.slice(native.length))).catch(() => undefined),
    ]);
    if (copied?.size !== original.size) return false;
  }
  return true;
}

/** Makes everything readable for everybody, whatever the umask was when the package was installed. */
async function openForReading(root: string): Promise<void> {
  await chmod(root, 0o755);
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isSymbolicLink()) continue;
    const { mode } = await lstat(path);
    await chmod(path, entry.isDirectory() || (mode & 0o100) !== 0 ? 0o755 : 0o644);
  }
}
