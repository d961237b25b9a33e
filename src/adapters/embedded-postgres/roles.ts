import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PostgresAccount } from './account.js';
import type { PostgresBinaries } from './binaries.js';
import { CLUSTER_ROLE, OWNER_ROLE, SERVING_ROLE } from './cluster.js';
import { endAtAbort, launchAs, nameOfWorkingDirectory, ownEnvironment } from './launch.js';

/** The server's own database in the cluster. */
export const DATABASE = 'chat';
const MAINTENANCE_DATABASE = 'postgres';

/** How long single-user mode may take, crash recovery included, in ms. */
const SINGLE_USER_TIMEOUT_MS = 60_000;

/** The passwords of the roles as which the server signs in. */
export interface RolePasswords {
  readonly owner: string;
  readonly serving: string;
}

const OWNER_FILE = 'owner-password';
/** This file is written last: if it exists, so do the roles. */
export const SERVING_FILE = 'server-password';
/** The superuser's password, left by initdb, or by an earlier version that signed in as superuser. */
export const SUPERUSER_FILE = 'password';

interface Cluster {
  readonly binaries: PostgresBinaries;
  readonly account: PostgresAccount;
  readonly clusterDirectory: string;
  /** The directory of the password files. */
  readonly home: string;
  /** Aborting ends the step, which then fails. The next start does it again. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The passwords of the two roles, which are made where they are missing: in a new cluster, or in one of an earlier
 * version, whose tables then change their owner. This is the only step that a superuser takes, in PostgreSQL's
 * single-user mode, without a connection and before it serves; afterwards nobody can sign in as superuser any more.
 *
 * @throws Error with one line when PostgreSQL does not do it.
 */
export async function ensureRoles(cluster: Cluster): Promise<RolePasswords> {
  const { home } = cluster;
  const [owner, serving] = await Promise.all(
    [OWNER_FILE, SERVING_FILE].map((name) => read(join(home, name))),
  );
  if (owner !== undefined && serving !== undefined) {
    await rm(join(home, SUPERUSER_FILE), { force: true });
    return { owner, serving };
  }
  const passwords = { owner: newPassword(), serving: newPassword() };
  await runSingleUser(cluster, MAINTENANCE_DATABASE, [`CREATE DATABASE ${DATABASE}`], 'tolerant');
  await runSingleUser(cluster, DATABASE, statementsFor(passwords), 'strict');
  await write(join(home, OWNER_FILE), passwords.owner);
  await write(join(home, SERVING_FILE), passwords.serving);
  await rm(join(home, SUPERUSER_FILE), { force: true });
  return passwords;
}

/** A password for initdb and the roles: 24 random bytes, in characters that need no quoting in SQL. */
export function newPassword(): string {
  return randomBytes(24).toString('base64url');
}

/**
 * The statements that make the roles. Each may be repeated, because a start that was cut short here runs all of them
 * again.
 */
function statementsFor({ owner, serving }: RolePasswords): readonly string[] {
  const powerless = 'NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT';
  const role = (name: string, password: string) => [
    `DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${name}') THEN CREATE ROLE ${name}; END IF; END $$`,
    `ALTER ROLE ${name} LOGIN ${powerless} PASSWORD '${password}'`,
  ];
  return [
    ...role(OWNER_ROLE, owner),
    ...role(SERVING_ROLE, serving),
    `REVOKE ALL ON DATABASE ${DATABASE}, ${MAINTENANCE_DATABASE} FROM PUBLIC`,
    `GRANT CONNECT ON DATABASE ${DATABASE} TO ${OWNER_ROLE}, ${SERVING_ROLE}`,
    `ALTER SCHEMA public OWNER TO ${OWNER_ROLE}`,
    'REVOKE ALL ON SCHEMA public FROM PUBLIC',
    `GRANT USAGE ON SCHEMA public TO ${SERVING_ROLE}`,
    changeOwner(OWNER_ROLE),
    `ALTER ROLE ${CLUSTER_ROLE} NOLOGIN PASSWORD NULL`,
  ];
}

/**
 * The statement that changes the owner of all tables. Indexes, and sequences of columns, follow their tables. It is
 * in one line, because single-user mode reads line by line.
 */
function changeOwner(owner: string): string {
  const words = `
    DO $$ DECLARE command text; BEGIN FOR command IN
      SELECT format('ALTER TABLE public.%I OWNER TO ${owner}', relname) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
      UNION ALL SELECT format('ALTER ROUTINE %s OWNER TO ${owner}', oid::regprocedure) FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
      UNION ALL SELECT format('ALTER TYPE public.%I OWNER TO ${owner}', typname) FROM pg_type
        WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')
    LOOP EXECUTE command; END LOOP; END $$`;
  return words.replace(/\s+/g, ' ').trim();
}

async function runSingleUser(
  { binaries, account, clusterDirectory, signal }: Cluster,
  database: string,
  statements: readonly string[],
  errors: 'tolerant' | 'strict',
): Promise<void> {
  const data = await nameOfWorkingDirectory(clusterDirectory, account);
  const settings = ['-c', 'log_statement=none', '-c', `exit_on_error=${errors === 'strict'}`];
  const parameters = ['--single', '-D', data, ...settings, database];
  const { command, parameters: all, ids } = await launchAs(account, binaries.postgres, parameters);
  const child = spawn(command, [...all], {
    ...ids,
    cwd: clusterDirectory,
    env: ownEnvironment(),
    stdio: ['pipe', 'ignore', 'pipe'],
    timeout: SINGLE_USER_TIMEOUT_MS,
    windowsHide: true,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  // PostgreSQL may have ended before it has read everything. Its exit code tells.
  child.stdin.on('error', () => {});
  // One statement in each line.
  child.stdin.end(statements.map((statement) => `${statement}\n`).join(''));
  const stopWatching = endAtAbort(child, signal);
  const [code] = await once(child, 'close').finally(stopWatching);
  if (code === 0) return;
  const line = said.split('\n').find((text) => /(ERROR|FATAL|PANIC): /.test(text)) ?? `exit code ${code}`;
  throw new Error(`PostgreSQL in ${clusterDirectory} could not be set up: ${line.replace(/^.*?: +/, '')}`);
}

async function read(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes the file completely or not at all. */
async function write(path: string, password: string): Promise<void> {
  const unfinished = `${path}.unfinished`;
  const file = await open(unfinished, 'w', 0o600);
  try {
    await file.writeFile(`${password}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
}
