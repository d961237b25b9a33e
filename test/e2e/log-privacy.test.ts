import { readFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { expect, test } from 'vitest';
import { databaseUrlOf, openServers, patiently, signalPostgres } from '../support/server-process.js';
import { ask, join, send, sendUntilAccepted } from './client.js';

const servers = openServers();

/** What patients and doctors write, wherever they put it. */
const SECRET = 'zuckerkrank-4711';
const NAMES = ['Alex', 'Morgan', 'Sam Rivera', 'Lena', 'Fischer', 'Noah', 'Weber'];

test('whatever happens, the logs hold neither what people say, nor who they are, nor passwords', async () => {
  const dataDir = await servers.newDataDir();
  const env = { DATA_DIR: dataDir, LOG_LEVEL: 'debug', DOCTOR_READY_INTERVAL_MS: '50' };
  const server = await servers.start({ env });
  const password = new URL(await databaseUrlOf(dataDir)).password;
  await expect(servers.connect(server.url, { auth: { token: SECRET } })).rejects.toMatchObject({
    data: { code: 'auth.invalid' },
  });
  const socket = await servers.connect(server.url, { auth: { sender: SECRET } });
  await join(socket, 'consultation-123');

  const content = `I am ${SECRET}`;
  expect(await send(socket, 'consultation-123', content, { clientMessageId: 'a' })).toMatchObject({
    ok: true,
  });
  for (const id of [
    'consultation-unknown',
    'consultation-inactive',
    'consultation-off-hours',
    SECRET + SECRET,
  ]) {
    expect(await send(socket, id, content)).toMatchObject({ ok: false });
  }
  await send(socket, 'consultation-123', `${content}!`, { clientMessageId: 'a' });
  await send(socket, 'consultation-123', `${SECRET} `.repeat(3_000));
  const garbage = [
    null,
    7,
    [SECRET],
    { [SECRET]: SECRET },
    { consultationId: { [SECRET]: 1 } },
    `${SECRET} !`,
  ];
  for (const payload of garbage) {
    for (const event of ['send_message', 'join_consultation', 'leave_consultation', `${SECRET} event`]) {
      await ask(socket, event, payload);
    }
  }
  for (const path of [`/${SECRET}`, `/?${SECRET}`, `/%zz${SECRET}`]) await fetch(server.url + path);
  await fetch(`${server.url}/healthz`, { method: 'POST', body: `{"${SECRET}` });

  // The database fails while the secret is under way, and comes back.
  await signalPostgres(dataDir, 'SIGSTOP');
  await send(socket, 'consultation-123', content);
  await signalPostgres(dataDir, 'SIGKILL');
  await server.logged('postgres.restarted');
  await sendUntilAccepted(socket, 'consultation-123', `${content} again`);
  socket.disconnect();
  await patiently(() => expect(server.log().map(({ event }) => event)).toContain('connection.closed'));
  expect(await server.stop()).toEqual({ code: 0, signal: null });

  expect(server.log().map(({ event }) => event)).toEqual(
    expect.arrayContaining(['server.listening', 'request.refused', 'request.failed', 'server.stopped']),
  );
  for (const line of server.stdout) {
    expect(JSON.parse(line)).toMatchObject({
      level: expect.stringMatching(/^(debug|info|warn|error)$/),
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      event: expect.stringMatching(/^[a-z_]+\.[a-z_]+$/),
    });
  }
  // For people at the terminal: that a database is made, where the server is, for developers too, and where the data are.
  expect(server.stderr).toHaveLength(5);
  const postgresLog = await readFile(joinPath(dataDir, 'postgres', 'log'), 'utf8');
  const written = [...server.stdout, ...server.stderr, postgresLog].join('\n');
  for (const private_ of [SECRET, ...NAMES, password]) expect(written).not.toContain(private_);
});
