import { io as connectRaw, type Socket } from 'socket.io-client';
import { expect, onTestFinished, test } from 'vitest';
import { connect } from '../../src/client/index.js';
import {
  openServers,
  patiently,
  type ServerProcess,
  signalIfAlive,
  signalPostgres,
} from '../support/server-process.js';
import { ask, next, readAll, send } from './client.js';
import { demoDatabase } from './demo-database.js';

const servers = openServers();
const CONSULTATION = 'consultation-123';

/** Nobody is to wait for the end of it. */
const LONG_DRAIN = '600';

async function startServer(
  drainSeconds: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  return servers.start({ env: { ...(await demoDatabase()), DRAIN_SECONDS: drainSeconds, ...env } });
}

function connectMany(url: string, count: number): Promise<readonly Socket[]> {
  return Promise.all(
    Array.from({ length: count }, () => servers.connect(url, { transports: ['websocket'] })),
  );
}

/** A signal that comes late enough is a second one, whenever that is. */
async function endDraining(server: ServerProcess): Promise<void> {
  const again = setInterval(() => server.kill('SIGTERM'), 100);
  onTestFinished(() => clearInterval(again));
  await server.exited;
  clearInterval(again);
}

test('a server that drains is not ready, takes nobody, and ends HTTP connections, but answers', async () => {
  const server = await startServer(LONG_DRAIN);
  const [first, last] = await connectMany(server.url, 2);
  const ready = await fetch(`${server.url}/readyz`);
  expect([ready.status, ready.headers.get('connection')]).toEqual([200, 'keep-alive']);
  const firstGone = next(first as Socket, 'disconnect');
  server.kill('SIGTERM');
  expect(await server.logged('server.draining')).toMatchObject({
    level: 'info',
    seconds: 600,
    connections: 2,
  });

  const unready = await fetch(`${server.url}/readyz`);
  expect(unready.status).toBe(503);
  expect(unready.headers.get('connection')).toBe('close');
  expect(await unready.json()).toEqual({ status: 'unavailable', reason: 'draining' });
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);

  const handshake = await fetch(`${server.url}/socket.io/?EIO=4&transport=polling`);
  expect(handshake.status).toBe(503);
  expect(handshake.headers.get('retry-after')).toBe('1');
  expect(await handshake.json()).toMatchObject({ code: 'server.unavailable', retryAfterMs: 1_000 });
  await expect(servers.connect(server.url, { transports: ['websocket'] })).rejects.toThrow();

  await firstGone;
  expect(last?.connected).toBe(true);
  expect(await send(last as Socket, CONSULTATION, 'Still served')).toMatchObject({ ok: true });
  await endDraining(server);
  expect(await server.exited).toEqual({ code: 0, signal: null });
  expect(server.log().at(-1)).toMatchObject({ event: 'server.stopped' });
});

test('clients are sent away one after the other, those who are left are served', async () => {
  const server = await startServer('60');
  const sockets = await connectMany(server.url, 60);
  const [youngest] = sockets.slice(-1);
  const reasons: string[] = [];
  for (const socket of sockets) socket.on('disconnect', (reason) => reasons.push(reason));
  server.kill('SIGTERM');
  // Had they all been closed in one instant, nobody would be left to send anything.
  for (const told of [1, 2, 3]) {
    await patiently(() => expect(reasons.length).toBeGreaterThanOrEqual(told));
    expect(await send(youngest as Socket, CONSULTATION, `Round ${told}`)).toMatchObject({ ok: true });
    expect(sockets.filter(({ connected }) => connected).length).toBeGreaterThan(0);
  }
  await endDraining(server);
  await patiently(() => expect(reasons).toHaveLength(60));
  // After a `disconnect` of the server, a client of Socket.IO does not come back by itself.
  expect(new Set(reasons)).toEqual(new Set(['transport close']));
});

test('draining ends when nobody is there any more', async () => {
  const server = await startServer(LONG_DRAIN);
  const [only] = await connectMany(server.url, 1);
  const gone = next(only as Socket, 'disconnect');
  server.kill('SIGTERM');
  await gone;
  expect(await server.exited).toEqual({ code: 0, signal: null });
});

test('a request under way is answered before its connection is closed', async () => {
  const dataDir = await servers.usedDataDir();
  const server = await servers.start({ env: { DATA_DIR: dataDir, DRAIN_SECONDS: '3' } });
  const [busy, idle] = (await connectMany(server.url, 2)) as [Socket, Socket];
  await ask(busy, 'join_consultation', { consultationId: CONSULTATION, sender: 'user' });
  const heard: string[] = [];
  busy.on('disconnect', () => heard.push('gone'));
  const frozen = await signalPostgres(dataDir, 'SIGSTOP');
  const wake = (): void => {
    for (const pid of frozen) signalIfAlive(pid, 'SIGCONT');
  };
  onTestFinished(wake);
  const answer = send(busy, CONSULTATION, 'Under way').then((given) => {
    heard.push('answered');
    return given;
  });
  // Its connection is the older one, and would be the first to go.
  const idleGone = next(idle, 'disconnect');
  server.kill('SIGTERM');
  await idleGone;
  expect(heard).toEqual([]);
  wake();
  await answer;
  await patiently(() => expect(heard).toEqual(['answered', 'gone']));
  expect(await server.exited).toEqual({ code: 0, signal: null });
});

test('what was acknowledged while the server drained is there after it; the client library comes back by itself', async () => {
  const env = { ...(await demoDatabase()), DRAIN_SECONDS: '2' };
  const server = await servers.start({ env });
  const port = new URL(server.url).port;
  const acknowledged: string[] = [];
  async function talk(socket: Socket, name: number): Promise<void> {
    for (let count = 0; socket.connected; count += 1) {
      const content = `${name}.${count}`;
      const answer = await send(socket, CONSULTATION, content).catch(() => undefined);
      if (answer?.ok === true) acknowledged.push(content);
    }
  }
  const client = connect(server.url, { sender: 'user' });
  onTestFinished(() => client.close());
  const states: string[] = [];
  client.onState(({ state }) => states.push(state));
  await patiently(() => expect(client.state.state).toBe('online'));
  const sockets = Array.from({ length: 8 }, () =>
    connectRaw(server.url, { forceNew: true, reconnection: false, transports: ['websocket'] }),
  );
  onTestFinished(() => {
    for (const socket of sockets) socket.disconnect();
  });
  await Promise.all(sockets.map((socket) => next(socket, 'connect')));
  const talking = sockets.map(talk);
  await patiently(() => expect(acknowledged.length).toBeGreaterThan(20));
  expect(await server.stop()).toEqual({ code: 0, signal: null });
  await Promise.all(talking);

  const successor = await servers.start({ env: { ...env, PORT: port } });
  const reader = await servers.connect(successor.url);
  const contents = (await readAll(reader, CONSULTATION)).map(({ content }) => content);
  expect(acknowledged.filter((content) => !contents.includes(content))).toEqual([]);
  await patiently(() => expect(client.state.state).toBe('online'));
  expect(states).not.toContain('signed_out');
});
