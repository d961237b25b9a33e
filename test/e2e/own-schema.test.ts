import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { closeChatSocket, initChatSocket } from '../../src/index.js';
import { ALL_OF_PUBLIC, HOST_TABLES } from '../adapters/prisma/host-tables.js';
import { queryRows } from '../adapters/prisma/prisma-storage.js';
import { openConsultation, tomorrow } from '../support/clinic.js';
import { createEmptyDatabase } from '../support/postgres.js';
import { openServers, REPOSITORY } from '../support/server-process.js';
import { TEST_SECRET } from '../support/tokens.js';
import { withBackOffice } from './back-office.js';
import { readAll, send } from './client.js';

const servers = openServers();
const rebuild = [process.execPath, join(REPOSITORY, 'dist', 'main.js'), 'rebuild'] as const;

async function hostDatabase(): Promise<string> {
  const { databaseUrl, drop } = await createEmptyDatabase();
  onTestFinished(drop);
  await queryRows(databaseUrl, HOST_TABLES);
  return databaseUrl;
}

const TABLES = `SELECT schemaname AS schema, count(*)::int AS tables FROM pg_tables
  WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'public') GROUP BY 1 ORDER BY 1`;

test('two chats live in two schemas beside the tables of another application', async () => {
  const databaseUrl = await hostDatabase();
  const before = await queryRows(databaseUrl, ALL_OF_PUBLIC);
  const envs = [
    { DATABASE_URL: `${databaseUrl}?schema=chat` },
    { DATABASE_URL: databaseUrl, DATABASE_SCHEMA: 'Chat-2' },
  ];
  const running = [];
  for (const env of envs) running.push(await servers.start({ env }));
  for (const [index, name] of ['chat', 'Chat-2'].entries()) {
    await withBackOffice(`${databaseUrl}?schema=${name}`, ({ application }) =>
      openConsultation(application, { consultationId: 'visit', expiresAt: tomorrow(Date.now()) }),
    );
    const server = running[index];
    const socket = await servers.connect(server?.url ?? '');
    expect(await send(socket, 'visit', `In ${name}`)).toMatchObject({ ok: true, seq: 1 });
    expect((await readAll(socket, 'visit')).map(({ content }) => content)).toEqual([`In ${name}`]);
  }
  for (const server of running) expect(await server.stop()).toEqual({ code: 0, signal: null });
  expect(await queryRows(databaseUrl, ALL_OF_PUBLIC)).toEqual(before);
  expect(await queryRows(databaseUrl, TABLES)).toEqual([
    { schema: 'Chat-2', tables: 13 },
    { schema: 'chat', tables: 13 },
  ]);

  const rebuilding = servers.launch({ env: envs[0] ?? {}, command: rebuild });
  expect(await rebuilding.exited).toEqual({ code: 0, signal: null });
  expect(await queryRows(databaseUrl, ALL_OF_PUBLIC)).toEqual(before);
});

test('without a name for one, the tables of another application stop the start in one line', async () => {
  const databaseUrl = await hostDatabase();
  const before = await queryRows(databaseUrl, ALL_OF_PUBLIC);
  const server = servers.launch({ env: { DATABASE_URL: databaseUrl } });
  expect(await server.exited).toEqual({ code: 1, signal: null });
  expect(server.stderr).toEqual([
    expect.stringMatching(/^Cannot start: [^\n]+ with \?schema=chat in DATABASE_URL\.$/),
  ]);
  expect(await queryRows(databaseUrl, ALL_OF_PUBLIC)).toEqual(before);
});

test('a host application names the schema by an option', async () => {
  const databaseUrl = await hostDatabase();
  onTestFinished(closeChatSocket);
  const options = {
    databaseUrl,
    databaseSchema: 'chat',
    jwtSecret: TEST_SECRET,
    logLevel: 'silent',
  } as const;
  await initChatSocket(createServer(), options);
  expect(await queryRows(databaseUrl, TABLES)).toEqual([{ schema: 'chat', tables: 13 }]);
});
