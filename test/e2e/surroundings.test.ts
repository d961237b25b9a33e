import { expect, onTestFinished, test } from 'vitest';
import { createTestDatabase } from '../support/postgres.js';
import { openServers } from '../support/server-process.js';
import { send } from './client.js';

const servers = openServers();

/** Meant for other programs; each of them would keep pg from connecting, or point it elsewhere. */
const OTHERS = {
  PGSSLMODE: 'require',
  PGSSLNEGOTIATION: 'direct',
  PGOPTIONS: '-c search_path=evil',
  PGHOST: '203.0.113.1',
  PGHOSTADDR: '203.0.113.1',
  PGPORT: '1',
  PGUSER: 'evil',
  PGPASSWORD: 'evil',
  PGPASSFILE: '/dev/null/none',
  PGDATABASE: 'evil',
  PGSERVICE: 'evil',
  PGREPLICATION: 'database',
  PGBINARY: '1',
  PGAPPNAME: 'evil',
  PGCLIENTENCODING: 'LATIN1',
  PGCLIENT_ENCODING: 'LATIN1',
  PGTZ: 'America/New_York',
  PGDATESTYLE: 'German',
  PGDATA: '/nowhere',
  TZ: 'America/New_York',
};

test("the PostgreSQL of its own and its connections are not reached by variables for others'", async () => {
  const env = { ...OTHERS, DATA_DIR: await servers.newDataDir() };
  const server = await servers.start({ env });
  const socket = await servers.connect(server.url);
  expect(await send(socket, 'consultation-123', 'héllo 😀')).toMatchObject({ ok: true });
  expect(server.log().map(({ event }) => event)).not.toContain('database.variables_ignored');
  expect(await server.stop()).toEqual({ code: 0, signal: null });
});

test('of DATABASE_URL the URL alone counts, and the start says which variables do not', async () => {
  const { databaseUrl, drop } = await createTestDatabase();
  onTestFinished(drop);
  const server = await servers.start({ env: { ...OTHERS, DATABASE_URL: databaseUrl } });
  const { variables } = await server.logged('database.variables_ignored');
  expect(String(variables).split(',')).toContain('PGSSLMODE');
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
});
