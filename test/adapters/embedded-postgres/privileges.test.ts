import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test, vi } from 'vitest';
import { letAccountEnter, resolvePostgresAccount } from '../../../src/adapters/embedded-postgres/account.js';
import { clusterUrl, createCluster } from '../../../src/adapters/embedded-postgres/cluster.js';
import { launchPostgresPatiently } from '../../../src/adapters/embedded-postgres/postgres-process.js';
import {
  postgresBinariesFor,
  reachableBinaries,
} from '../../../src/adapters/embedded-postgres/reachable-binaries.js';
import { applyMigrations, prepareDatabase } from '../../../src/adapters/prisma/migrations/migrations.js';
import { newDataDir, query, start } from './support.js';

vi.setConfig({ testTimeout: 120_000 });

const isRoot = process.getuid?.() === 0;
const isLinux = process.platform === 'linux';

async function privilegesOf(pid: number): Promise<Record<string, string>> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Object.fromEntries(
    [...status.matchAll(/^(Cap\w+|NoNewPrivs):\s*(\w+)$/gm)].map((m) => [m[1], m[2]]),
  );
}

test.runIf(isLinux)(
  'PostgreSQL has no capability and nothing of the environment, in a closed directory too',
  async () => {
    vi.stubEnv('CHAT_JWT_SECRET', 'a secret of the server');
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const closed = await newDataDir();
    await chmod(closed, 0o700);
    const postgres = await start(join(closed, 'data'));
    expect((await stat(closed)).mode & 0o777).toBe(0o700);
    const none = '0'.repeat(16);
    expect(await privilegesOf(postgres.pid)).toMatchObject({
      CapInh: none,
      CapPrm: none,
      CapEff: none,
      CapAmb: none,
      NoNewPrivs: '1',
      ...(isRoot ? { CapBnd: none } : {}),
    });
    const environment = await readFile(`/proc/${postgres.pid}/environ`, 'utf8');
    const names = environment.split('\0').flatMap((entry) => entry.split('=')[0] || []);
    expect(names.sort()).toEqual(['LC_ALL', 'PATH', 'TZ']);
  },
);

const POWERS = [
  "COPY (SELECT 1) TO PROGRAM 'env'",
  'CREATE TEMP TABLE env (line text)',
  "SELECT pg_read_file('/etc/shadow')",
  "SELECT pg_ls_dir('.')",
  "SELECT lo_import('/etc/passwd')",
  'TRUNCATE events',
  'TRUNCATE access_log',
  'ALTER TABLE events DISABLE TRIGGER ALL',
  'ALTER TABLE access_log DISABLE TRIGGER access_log_is_append_only',
  'DROP TRIGGER events_are_append_only ON events',
  'SET session_replication_role = replica',
  "UPDATE events SET type = 'other'",
  'DELETE FROM access_log',
  'DROP TABLE messages',
  'CREATE TABLE mine ()',
  'CREATE SCHEMA mine',
  'CREATE ROLE other',
  'CREATE DATABASE other',
  'SET ROLE chat',
  'SET ROLE chat_owner',
  "ALTER SYSTEM SET ssl = 'on'",
  'DELETE FROM _prisma_migrations',
];

test('the role that serves owns nothing and can do nothing but serve', async () => {
  const postgres = await start(await newDataDir());
  await prepareDatabase(postgres);
  for (const power of POWERS) {
    await expect(query(postgres.databaseUrl, power), power).rejects.toThrow(
      /permission denied|must be (owner|superuser)|cannot set parameter/,
    );
  }
  const [role] = await query(postgres.databaseUrl, 'SELECT * FROM pg_roles WHERE rolname = current_user');
  expect(role).toMatchObject({
    rolname: 'chat_server',
    rolsuper: false,
    rolinherit: false,
    rolcreaterole: false,
    rolcreatedb: false,
    rolreplication: false,
    rolbypassrls: false,
  });
  const owned = `SELECT relname FROM pg_class WHERE pg_has_role(relowner, 'MEMBER')`;
  expect(await query(postgres.databaseUrl, owned)).toEqual([]);
  const [owner] = await query(postgres.migrationUrl, 'SELECT * FROM pg_roles WHERE rolname = current_user');
  expect(owner).toMatchObject({ rolname: 'chat_owner', rolsuper: false, rolcreaterole: false });
  for (const table of ['events', 'access_log']) {
    await expect(query(postgres.migrationUrl, `TRUNCATE ${table}`)).rejects.toThrow(/is append-only/);
  }
});

/** As earlier versions left it: the chat is the superuser and owns everything, and a file has its password. */
async function oldDataDirectory(): Promise<{ dataDir: string; password: string }> {
  const dataDir = await newDataDir();
  const account = await resolvePostgresAccount();
  const binaries = await postgresBinariesFor(account);
  await letAccountEnter(dataDir, account);
  const home = join(dataDir, 'postgres');
  await mkdir(home, { mode: 0o700 });
  await letAccountEnter(home, account);
  const clusterDirectory = join(home, 'data');
  const password = randomUUID();
  await createCluster({ binaries, account, directory: clusterDirectory, password, flags: ['--no-sync'] });
  await writeFile(join(home, 'password'), `${password}\n`, { mode: 0o600 });
  const launched = await launchPostgresPatiently({
    binaries,
    account,
    clusterDirectory,
    logFile: join(home, 'log'),
  });
  await query(clusterUrl(launched.port, password, 'postgres'), 'CREATE DATABASE chat');
  const databaseUrl = clusterUrl(launched.port, password, 'chat');
  await applyMigrations({ databaseUrl });
  await query(databaseUrl, `INSERT INTO users VALUES ('kept', 'Kept', now())`);
  await query(databaseUrl, 'DROP TRIGGER events_are_not_truncated ON events');
  await launched.stop();
  return { dataDir, password };
}

test("an earlier version's data are kept, and its superuser cannot sign in any more", async () => {
  const { dataDir, password } = await oldDataDirectory();
  const postgres = await start(dataDir);
  await prepareDatabase(postgres);
  expect(await query(postgres.databaseUrl, 'SELECT id FROM users')).toEqual([{ id: 'kept' }]);
  await expect(query(postgres.databaseUrl, 'TRUNCATE events')).rejects.toThrow(/permission denied/);
  const others = `SELECT c.relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
    WHERE c.relnamespace = 'public'::regnamespace AND r.rolname <> 'chat_owner'`;
  expect(await query(postgres.migrationUrl, others)).toEqual([]);
  await query(postgres.migrationUrl, 'ALTER FUNCTION refuse_event_change() STABLE');

  const { port } = new URL(postgres.databaseUrl);
  await expect(query(clusterUrl(Number(port), password, 'chat'), 'SELECT 1')).rejects.toThrow(
    /authentication failed|not permitted to log in/,
  );
  await expect(readFile(join(dataDir, 'postgres', 'password'))).rejects.toThrow(/ENOENT/);
  await postgres.stop();
  const again = await start(dataDir);
  expect(await query(again.databaseUrl, 'SELECT id FROM users')).toEqual([{ id: 'kept' }]);
});

test.runIf(isRoot && isLinux)(
  'programs in a closed directory are run from a copy for everybody',
  async () => {
    const closed = await mkdtemp(join(tmpdir(), 'chat-closed-'));
    const version = `0.0.0-${randomUUID()}`;
    const bin = join(closed, 'package', 'native', 'bin');
    await mkdir(bin, { recursive: true });
    await chmod(closed, 0o700);
    await writeFile(join(closed, 'package', 'package.json'), JSON.stringify({ version }));
    for (const name of ['initdb', 'postgres']) {
      await writeFile(join(bin, name), '#!/bin/sh\necho "$0"\n', { mode: 0o700 });
    }
    const account = await resolvePostgresAccount();
    const binaries = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
    const reachable = await reachableBinaries(binaries, account);
    const copy = dirname(dirname(reachable.postgres));
    onTestFinished(async () => {
      await rm(closed, { recursive: true });
      await rm(copy, { recursive: true });
    });
    expect(copy).toContain(version);
    expect((await stat(copy)).uid).toBe(0);
    const { stdout } = await promisify(execFile)(reachable.postgres, { ...account, cwd: '/' });
    expect(stdout.trim()).toBe(reachable.postgres);
    // What an outage has cut short is made anew.
    await writeFile(reachable.postgres, '');
    expect(await reachableBinaries(binaries, account)).toEqual(reachable);
    expect((await readFile(reachable.postgres, 'utf8')).length).toBeGreaterThan(0);
  },
);
