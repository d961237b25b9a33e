import { join as joinPath } from 'node:path';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { READ_MODELS } from '../../src/adapters/prisma/connection/read-model-tables.js';
import { openConsultation, say, tomorrow } from '../support/clinic.js';
import { createTestDatabase } from '../support/postgres.js';
import { databaseUrlOf, openServers, REPOSITORY } from '../support/server-process.js';
import { withBackOffice } from './back-office.js';
import { readAll, send } from './client.js';

const servers = openServers();
/** What `npm run rebuild` runs once it has built. */
const command = [process.execPath, joinPath(REPOSITORY, 'dist', 'rebuild.js')] as const;
const DONE = [expect.stringMatching(/^Rebuilt the read models from \d+ events\.$/)];

/** Every row of every read model. */
async function readModelsOf(databaseUrl: string): Promise<Record<string, unknown>> {
  return withClient(databaseUrl, async (client) => {
    const models: Record<string, unknown> = {};
    for (const table of READ_MODELS) {
      const found = await client.query(
        `SELECT to_jsonb(t) AS row FROM ${table} t ORDER BY to_jsonb(t)::text`,
      );
      models[table] = found.rows;
    }
    return models;
  });
}

async function withClient<Result>(
  databaseUrl: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function damage(databaseUrl: string): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    await client.query('DELETE FROM messages WHERE seq = 2');
    await client.query(`UPDATE messages SET content = 'never said'`);
    await client.query(`UPDATE doctors SET name = 'Dr. Who'`);
  });
}

test('with the PostgreSQL of its own: refused while a server runs, and then the log has the last word', async () => {
  const env = { DATA_DIR: await servers.usedDataDir() };
  const first = await servers.start({ env });
  const socket = await servers.connect(first.url);
  for (const content of ['one', 'two', 'three']) await send(socket, 'consultation-123', content);

  const refused = servers.launch({ env, command });
  expect(await refused.exited).toEqual({ code: 1, signal: null });
  expect(refused.stderr).toEqual([
    expect.stringMatching(/^Cannot rebuild: Another server \(process \d+\) uses the data directory/),
  ]);
  expect(await send(socket, 'consultation-123', 'four')).toMatchObject({ ok: true, seq: 4 });
  await damage(await databaseUrlOf(env.DATA_DIR));
  await first.stop();

  const rebuild = servers.launch({ env, command });
  expect(await rebuild.exited).toEqual({ code: 0, signal: null });
  expect(rebuild.stderr).toEqual(DONE);

  const second = await servers.start({ env });
  const messages = await readAll(await servers.connect(second.url), 'consultation-123');
  expect(messages.map(({ content }) => content)).toEqual(['one', 'two', 'three', 'four']);
  expect(messages[0]).toMatchObject({ doctor: { name: 'Dr. Lena Fischer' } });
});

test('with DATABASE_URL: every row is as the live server had it', async () => {
  const { databaseUrl, drop } = await createTestDatabase();
  onTestFinished(drop);
  await withBackOffice(databaseUrl, async ({ application }) => {
    for (const consultationId of ['first', 'second']) {
      await openConsultation(application, { consultationId, expiresAt: tomorrow(Date.now()) });
      for (const content of ['Grüß Gott', '🩺', 'bye']) {
        await say(application, {
          consultationId,
          sender: 'user',
          content,
          clientMessageId: null,
        });
      }
    }
  });
  const live = await readModelsOf(databaseUrl);
  await damage(databaseUrl);
  expect(await readModelsOf(databaseUrl)).not.toEqual(live);

  const rebuild = servers.launch({ env: { DATABASE_URL: databaseUrl }, command });
  expect(await rebuild.exited).toEqual({ code: 0, signal: null });
  expect(rebuild.stderr).toEqual(DONE);
  expect(await readModelsOf(databaseUrl)).toEqual(live);
});

test('a wrong value and a database that is not there are told in one line', async () => {
  const wrong = servers.launch({ env: { LOG_LEVEL: 'loud' }, command });
  expect(await wrong.exited).toEqual({ code: 1, signal: null });
  expect(wrong.stderr).toEqual([expect.stringMatching(/^Cannot rebuild: LOG_LEVEL must be one of/)]);
  const absent = servers.launch({ env: { DATABASE_URL: 'postgresql://chat@127.0.0.1:1/chat' }, command });
  expect(await absent.exited).toEqual({ code: 1, signal: null });
  expect(absent.stderr).toEqual([expect.stringMatching(/^Cannot rebuild: Cannot open the database at 127/)]);
});
