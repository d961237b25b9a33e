import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { openConsultation, tomorrow } from '../support/clinic.js';
import { createEmptyDatabase, createTestDatabase, startPostgresCluster } from '../support/postgres.js';
import { openServers, patiently, type ServerProcess } from '../support/server-process.js';
import { withBackOffice } from './back-office.js';
import { ANSWER_LIMIT_MS, collect, join, next, send, sendUntilAccepted } from './client.js';

const servers = openServers();

async function openOn(databaseUrl: string, ...consultationIds: string[]): Promise<void> {
  await withBackOffice(databaseUrl, async ({ application }) => {
    for (const consultationId of consultationIds) {
      await openConsultation(application, { consultationId, expiresAt: tomorrow(Date.now()) });
    }
  });
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

function startOn(databaseUrl: string): Promise<ServerProcess> {
  return servers.start({ env: { DATABASE_URL: databaseUrl } });
}

test('an empty database gets its tables and nothing else', async () => {
  const { databaseUrl, drop } = await createEmptyDatabase();
  onTestFinished(drop);
  const server = await startOn(databaseUrl);
  expect(await query(databaseUrl, 'SELECT count(*)::int AS events FROM events')).toEqual([{ events: 0 }]);
  expect(await query(databaseUrl, 'SELECT count(*)::int AS users FROM users')).toEqual([{ users: 0 }]);
  const socket = await servers.connect(server.url);
  expect(await join(socket, 'consultation-123')).toMatchObject({ error: { code: 'consultation.not_found' } });

  await openOn(databaseUrl, 'real-one');
  const sent = await send(socket, 'real-one', 'Kept');
  expect(
    await query(databaseUrl, 'SELECT message_id AS id, consultation_id, content, seq FROM messages'),
  ).toEqual([{ id: sent['messageId'], consultation_id: 'real-one', content: 'Kept', seq: 1 }]);
  expect(await server.stop()).toEqual({ code: 0, signal: null });
  expect(server.stdout.join('\n')).not.toContain('postgres.started');

  const again = await startOn(databaseUrl);
  expect(again.log().map(({ event }) => event)).not.toContain('database.migrated');
});

test('a connection can be in a hundred consultations, and no more', async () => {
  const { databaseUrl, drop } = await createTestDatabase();
  onTestFinished(drop);
  const ids = Array.from({ length: 101 }, (_, index) => `consultation-${index}`);
  await openOn(databaseUrl, ...ids);
  const server = await startOn(databaseUrl);
  const socket = await servers.connect(server.url);
  const answers = [];
  for (const id of ids) answers.push(await join(socket, id));
  expect(answers.filter(({ ok }) => ok)).toHaveLength(100);
  expect(answers.at(-1)).toMatchObject({
    ok: false,
    error: { code: 'rate.limited', retryAfterMs: expect.any(Number) },
  });
  expect(await server.stop()).toEqual({ code: 0, signal: null });
});

test('a consultation that runs out is closed by the sweep, and those who are there hear of it', async () => {
  const { databaseUrl, drop } = await createTestDatabase();
  onTestFinished(drop);
  const env = { DATABASE_URL: databaseUrl, EXPIRY_SWEEP_INTERVAL_MS: '50' };
  const server = await servers.start({ env });
  const socket = await servers.connect(server.url);
  const heard = next(socket, 'consultation_updated');
  await withBackOffice(databaseUrl, async ({ application }) => {
    await openConsultation(application, { consultationId: 'brief', expiresAt: Date.now() + 1_500 });
    await openConsultation(application, { consultationId: 'unseen', expiresAt: Date.now() + 1_500 });
  });
  expect(await join(socket, 'brief')).toMatchObject({ ok: true, consultation: { isActive: true } });
  expect(await heard).toMatchObject({ consultationId: 'brief', isActive: false, status: 'expired' });
  expect(await send(socket, 'brief', 'Too late')).toMatchObject({ error: { code: 'consultation.expired' } });
  await patiently(async () => {
    const rows = await query(
      databaseUrl,
      `SELECT id FROM consultations WHERE status = 'expired' ORDER BY id`,
    );
    expect(rows).toEqual([{ id: 'brief' }, { id: 'unseen' }]);
  });
});

test('a database that is not there stops the start with one line, without its password', async () => {
  const url = 'postgresql://chat:hunter2secret@127.0.0.1:1/chat';
  const server = servers.launch({ env: { DATABASE_URL: url } });
  expect(await server.exited).toEqual({ code: 1, signal: null });
  expect(server.stderr).toEqual([
    expect.stringMatching(/^Cannot start: Cannot open the database at 127\.0\.0\.1:1: .*ECONNREFUSED/),
  ]);
  expect([...server.stdout, ...server.stderr].join('\n')).not.toContain('hunter2secret');
});

test('a database that goes away and comes back: an answer in time, then as before', async () => {
  const cluster = await startPostgresCluster();
  onTestFinished(() => cluster.stop());
  await openOn(cluster.databaseUrl, 'warm', 'cold');
  const server = await startOn(cluster.databaseUrl);
  const [sender, listener] = [await servers.connect(server.url), await servers.connect(server.url)];
  await join(listener, 'warm');
  const heard = collect(listener, 'new_message');
  await sendUntilAccepted(sender, 'warm', 'first');

  for (const way of ['SIGSTOP', 'SIGKILL'] as const) {
    await cluster.kill(way);
    // Several at once, as they come: they must not wait for each other's timeouts.
    const askedAt = performance.now();
    const answers = await Promise.all([
      ...Array.from({ length: 20 }, (_, index) => send(sender, 'warm', `lost ${way} ${index}`)),
      send(sender, 'cold', `lost ${way}`),
    ]);
    expect(performance.now() - askedAt).toBeLessThan(ANSWER_LIMIT_MS);
    for (const answer of answers)
      expect(answer).toMatchObject({ ok: false, error: { code: 'server.error' } });
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);

    if (way === 'SIGSTOP') await cluster.kill('SIGCONT');
    else await cluster.restart();
    await sendUntilAccepted(sender, 'warm', `after ${way}`);
    await sendUntilAccepted(sender, 'cold', `after ${way}`);
    await patiently(() => expect(heard.at(-1)).toMatchObject({ content: `after ${way}` }));
  }
  const stored = await query(
    cluster.databaseUrl,
    `SELECT message_id AS id FROM messages WHERE consultation_id = 'warm'`,
  );
  const ids = stored.map((row) => (row as { id: string }).id);
  expect(ids).toEqual(expect.arrayContaining(heard.map(({ messageId }) => messageId)));
  await patiently(async () => expect((await fetch(`${server.url}/readyz`)).status).toBe(200));
});

test('a server that is stopping says so to who still asks', async () => {
  const cluster = await startPostgresCluster();
  onTestFinished(() => cluster.stop());
  await openOn(cluster.databaseUrl, 'warm');
  const server = await startOn(cluster.databaseUrl);
  const socket = await servers.connect(server.url);
  await sendUntilAccepted(socket, 'warm', 'first');
  await cluster.kill('SIGSTOP');
  // Under way while it stops: what comes next is not begun any more.
  const inFlight = send(socket, 'warm', 'under way').catch(() => null);
  server.kill('SIGTERM');
  await server.logged('server.stopping');
  expect(await send(socket, 'warm', 'too late')).toMatchObject({
    ok: false,
    error: { code: 'server.overloaded', retryAfterMs: expect.any(Number) },
  });
  await inFlight;
  expect(await server.exited).toEqual({ code: 0, signal: null });
});
