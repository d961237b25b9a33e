import { readFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { servingGrants } from '../../src/adapters/prisma/requirements/serving-privileges.js';
import { openConsultation, tomorrow } from '../support/clinic.js';
import { createTestDatabase, startPostgresCluster } from '../support/postgres.js';
import { openServers, REPOSITORY } from '../support/server-process.js';
import { withBackOffice } from './back-office.js';
import { ask, join, readAll, send } from './client.js';

const servers = openServers();
const rebuild = [process.execPath, joinPath(REPOSITORY, 'dist', 'rebuild.js')] as const;

/** The SQL of the document for operators, block by block, as people copy it. */
async function documentedSql(): Promise<{ roles: string; grants: string; schema: string }> {
  const text = await readFile(joinPath(REPOSITORY, 'docs', 'operations.md'), 'utf8');
  const section = text.slice(text.indexOf('\n## Two roles'), text.indexOf('\n## Backups'));
  const [roles, grants, schema] = [...section.matchAll(/```sql\n(.*?)```/gs)].map(([, sql]) => sql);
  if (roles === undefined || grants === undefined || schema === undefined)
    throw new Error('the document has lost its SQL');
  return { roles, grants, schema };
}

async function query(databaseUrl: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** An empty database of a cluster of its own, with the document's two roles. */
async function databaseOfTwoRoles(
  sql: (documented: Awaited<ReturnType<typeof documentedSql>>) => string = ({ roles }) => roles,
): Promise<{ admin: string; owner: string; serving: string }> {
  const cluster = await startPostgresCluster();
  onTestFinished(() => cluster.stop());
  await query(cluster.databaseUrl, 'CREATE DATABASE clinic');
  const as = (user: string, password: string): string => {
    const url = new URL(cluster.databaseUrl);
    url.pathname = '/clinic';
    if (user !== '') Object.assign(url, { username: user, password });
    return url.href;
  };
  const admin = as('', '');
  await query(admin, sql(await documentedSql()));
  return {
    admin,
    owner: as('chat_owner', 'change-me-owner'),
    serving: as('chat_server', 'change-me-server'),
  };
}

const PRIVILEGES = `
  SELECT relname, array_agg(privilege ORDER BY privilege) AS privileges
  FROM pg_class, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES']) AS privilege
  WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    AND has_table_privilege('chat_server', pg_class.oid, privilege)
  GROUP BY relname ORDER BY relname`;

test('with the two roles of the document everything works, and the log is out of reach of who serves', async () => {
  const { admin, owner, serving } = await databaseOfTwoRoles();
  const env = { DATABASE_URL: serving, DATABASE_MIGRATION_URL: owner };
  const server = await servers.start({ env });
  expect(server.log().map(({ event }) => event)).not.toContain('database.role_owns_log');
  await withBackOffice(serving, async ({ application }) => {
    await openConsultation(application, { consultationId: 'guarded', expiresAt: tomorrow(Date.now()) });
  });
  const socket = await servers.connect(server.url);
  expect(await join(socket, 'guarded')).toMatchObject({ ok: true });
  for (const content of ['one', 'two'])
    expect(await send(socket, 'guarded', content)).toMatchObject({ ok: true });
  expect(await ask(socket, 'mark_read', { consultationId: 'guarded', seq: 2, sender: 'user' })).toMatchObject(
    { ok: true },
  );
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);

  for (const table of ['events', 'access_log']) {
    for (const statement of [
      `TRUNCATE ${table}`,
      `DELETE FROM ${table}`,
      `ALTER TABLE ${table} DISABLE TRIGGER ALL`,
      `BEGIN; SET LOCAL session_replication_role = replica; DELETE FROM ${table}; COMMIT`,
    ]) {
      await expect(query(serving, statement), statement).rejects.toThrow(/permission denied|must be owner/);
    }
    await expect(query(owner, `TRUNCATE ${table}`)).rejects.toThrow(/is append-only/);
  }

  const tables = await query(
    admin,
    `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname`,
  );
  const given = (await query(admin, PRIVILEGES)) as { relname: string }[];
  expect(given.map(({ relname }) => ({ relname }))).toEqual(tables);

  // Readers of the document who grant by hand come to the same.
  const { grants } = await documentedSql();
  expect(grants.trim().split('\n')).toEqual(servingGrants('chat_server').map((sql) => `${sql};`));
  await query(owner, 'REVOKE ALL ON ALL TABLES IN SCHEMA public FROM chat_server');
  await query(owner, grants);
  expect(await query(admin, PRIVILEGES)).toEqual(given);

  await server.stop();
  const rebuilding = servers.launch({ env, command: rebuild });
  expect(await rebuilding.exited).toEqual({ code: 0, signal: null });
  const again = await servers.start({ env });
  const found = await readAll(await servers.connect(again.url), 'guarded');
  expect(found.map(({ content }) => content)).toEqual(['one', 'two']);
});

test('once the owner has migrated, the role that serves starts alone', async () => {
  const { owner, serving } = await databaseOfTwoRoles();
  const first = await servers.start({ env: { DATABASE_URL: serving, DATABASE_MIGRATION_URL: owner } });
  await first.stop();
  const alone = await servers.start({ env: { DATABASE_URL: serving } });
  expect((await fetch(`${alone.url}/readyz`)).status).toBe(200);
  expect(await alone.stop()).toEqual({ code: 0, signal: null });

  await withBackOffice(serving, async ({ application }) => {
    await openConsultation(application, { consultationId: 'guarded', expiresAt: tomorrow(Date.now()) });
  });
  await query(owner, "SELECT setval('events_position_seq', 1)");
  const behind = servers.launch({ env: { DATABASE_URL: serving } });
  expect(await behind.exited).toEqual({ code: 1, signal: null });
  expect(behind.stderr).toEqual([
    'Cannot start: The sequence of events.position is behind its table, and this role may not mend it: start once as the owner of the tables (DATABASE_MIGRATION_URL).',
  ]);
});

test('the two roles of the document have a schema of its own beside another application', async () => {
  const { admin, owner, serving } = await databaseOfTwoRoles(({ roles, schema }) => {
    const creations = roles.split('\n').filter((line) => line.startsWith('CREATE ROLE'));
    return ['CREATE TABLE public.users (id text)', ...creations, schema].join(';\n').replaceAll(';;', ';');
  });
  const [databaseUrl, migrationUrl] = [serving, owner].map((url) => `${url}?schema=chat`) as [string, string];
  const env = { DATABASE_URL: databaseUrl, DATABASE_MIGRATION_URL: migrationUrl };
  const server = await servers.start({ env });
  expect(server.log().map(({ event }) => event)).not.toContain('database.role_owns_log');
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  await expect(query(serving, 'DELETE FROM chat.events')).rejects.toThrow(/permission denied/);
  expect(await query(admin, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).toEqual([
    { tablename: 'users' },
  ]);
});

test('with one role everything works as before, and the start says what that means', async () => {
  const { databaseUrl, drop } = await createTestDatabase();
  onTestFinished(drop);
  const server = await servers.start({ env: { DATABASE_URL: databaseUrl } });
  expect(await server.logged('database.role_owns_log')).toMatchObject({
    level: 'warn',
    owner: true,
    superuser: true,
  });
});

test('a second URL without the first, or one that is not the database, stops the start in one line', async () => {
  const url = 'postgresql://chat:hunter2secret@127.0.0.1:1/chat';
  const alone = servers.launch({ env: { DATABASE_MIGRATION_URL: url } });
  expect(await alone.exited).toEqual({ code: 1, signal: null });
  expect(alone.stderr).toEqual(['Cannot start: DATABASE_MIGRATION_URL must not be set without DATABASE_URL']);
  const { databaseUrl, drop } = await createTestDatabase();
  onTestFinished(drop);
  const absent = servers.launch({ env: { DATABASE_URL: databaseUrl, DATABASE_MIGRATION_URL: url } });
  expect(await absent.exited).toEqual({ code: 1, signal: null });
  expect(absent.stderr).toEqual([expect.stringMatching(/^Cannot start: Cannot open the database at 127/)]);
  expect(absent.stderr.join()).not.toContain('hunter2secret');
});
