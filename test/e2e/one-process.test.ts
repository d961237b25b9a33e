import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { openConsultation, tomorrow } from '../support/clinic.js';
import { createTestDatabase } from '../support/postgres.js';
import { openServers, patiently } from '../support/server-process.js';
import { withBackOffice } from './back-office.js';
import { join, send } from './client.js';

const servers = openServers();
const REFUSED = /^Cannot start: Another server serves this database \(schema public\) already: [^\n]+$/;

async function newDatabase(): Promise<string> {
  const { databaseUrl, drop } = await createTestDatabase();
  onTestFinished(drop);
  await withBackOffice(databaseUrl, ({ application }) =>
    openConsultation(application, { consultationId: 'shared', expiresAt: tomorrow(Date.now()) }),
  );
  return databaseUrl;
}

async function connectTo(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  // Should it go with its database.
  client.on('error', () => {});
  onTestFinished(() => client.end());
  return client;
}

test('a second server on one database is refused in one line, and the first one serves on', async () => {
  const env = { DATABASE_URL: await newDatabase(), PEERS: 'none' };
  const first = await servers.start({ env });
  const second = servers.launch({ env });
  expect(await second.exited).toEqual({ code: 1, signal: null });
  expect(second.stderr).toEqual([expect.stringMatching(REFUSED)]);
  expect(second.stdout).toEqual([]);
  const socket = await servers.connect(first.url);
  expect(await send(socket, 'shared', 'still here')).toMatchObject({ ok: true, seq: 1 });
});

test('one that comes while its predecessor stops, or after it was killed, waits for it and serves', async () => {
  const env = { DATABASE_URL: await newDatabase(), PEERS: 'none' };
  let running = await servers.start({ env });
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const next = servers.start({ env });
    running.kill(signal);
    await running.exited;
    running = await next;
  }
  const socket = await servers.connect(running.url);
  expect(await send(socket, 'shared', 'after all')).toMatchObject({ ok: true, seq: 1 });
});

test('a server whose database restarted goes on; one that somebody else took it from stops with one line', async () => {
  const databaseUrl = await newDatabase();
  const server = await servers.start({ env: { DATABASE_URL: databaseUrl, PEERS: 'none' } });
  const admin = await connectTo(databaseUrl);
  const cut = () =>
    admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name LIKE 'consultation-chat lock %'`,
    );
  await cut();
  await server.logged('database.lock_retaken');
  const socket = await servers.connect(server.url);
  expect(await join(socket, 'shared')).toMatchObject({ ok: true });
  await patiently(async () => expect((await fetch(`${server.url}/readyz`)).status).toBe(200));

  const other = await connectTo(databaseUrl);
  const { rows: locks } = await admin.query<{ classid: number; objid: number }>(
    `SELECT classid::int4, objid::int4 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  const [lock] = locks;
  const taken = other.query('SELECT pg_advisory_lock($1, $2)', [lock?.classid, lock?.objid]);
  await patiently(async () => {
    const { rowCount } = await admin.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'`,
    );
    expect(rowCount).toBe(1);
  });
  await cut();
  await taken;
  expect(await server.exited).toEqual({ code: 1, signal: null });
  expect(server.stderr.at(-1)).toBe('Stopped: another server serves this database now.');
});

test('a role with a schema of its own name serves the tables in public, and puts none there', async () => {
  const databaseUrl = await newDatabase();
  const admin = await connectTo(databaseUrl);
  const role = `own_${process.pid}`;
  await admin.query(`CREATE ROLE ${role} LOGIN SUPERUSER PASSWORD 'secret'`);
  await admin.query(`CREATE SCHEMA ${role} AUTHORIZATION ${role}`);
  onTestFinished(async () => {
    await admin.query(`DROP SCHEMA ${role} CASCADE`);
    await admin.query(`DROP ROLE ${role}`);
  });
  const url = new URL(databaseUrl);
  url.username = role;
  url.password = 'secret';
  const server = await servers.start({ env: { DATABASE_URL: url.href } });
  const socket = await servers.connect(server.url);
  expect(await send(socket, 'shared', 'in public')).toMatchObject({ ok: true, seq: 1 });
  expect(await server.stop()).toEqual({ code: 0, signal: null });
  const { rows } = await admin.query('SELECT FROM pg_tables WHERE schemaname = $1', [role]);
  expect(rows).toEqual([]);
});
