import { access, writeFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import type { Socket } from 'socket.io-client';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import {
  isAlive,
  openServers,
  patiently,
  postmasterOf,
  type ServerProcess,
  signalIfAlive,
  signalPostgres,
  untilGone,
} from '../support/server-process.js';
import { collect, join, type Payload, send } from './client.js';
import { demoDatabase } from './demo-database.js';
import { connectToEach, pidOfWorker, WORKERS } from './worker-clients.js';

const servers = openServers();
/** For tests that leave it as it was. */
let shared: ServerProcess;
const CONSULTATION = 'consultation-123';

async function startWorkers(env: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
  return servers.start({ env: { ...(await demoDatabase()), WORKERS: '2', ...env } });
}

beforeAll(async () => {
  shared = await startWorkers();
});

test.each([
  ['WebSocket', ['websocket']],
  ['long polling, whose requests reach any worker', ['polling']],
])('both parties hear each other over different workers: %s', async (_name, transports) => {
  const server = shared;
  const [patient, doctor] = (await connectToEach(servers, server.url, transports)) as [Socket, Socket];
  const heard = [patient, doctor].map((socket) => collect(socket, 'new_message'));
  for (const socket of [patient, doctor])
    expect(await join(socket, CONSULTATION)).toMatchObject({ ok: true });
  for (let count = 0; count < 5; count += 1) {
    expect(await send(patient, CONSULTATION, `Patient ${count}`)).toMatchObject({ ok: true });
    expect(await send(doctor, CONSULTATION, `Doctor ${count}`, { sender: 'doctor' })).toMatchObject({
      ok: true,
    });
  }
  const contentsOf = (messages: Payload[]) => messages.map(({ seq, content }) => `${seq} ${content}`);
  await patiently(() => expect(heard.map(({ length }) => length)).toEqual([10, 10]));
  expect(contentsOf(heard[0] ?? [])).toEqual(contentsOf(heard[1] ?? []));
  for (const socket of [patient, doctor]) socket.disconnect();

  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  const connections = [...metrics.matchAll(/^consultation_chat_connections\{worker="(\w+)"\}/gm)];
  expect(connections.map(([, worker]) => worker).sort()).toEqual(WORKERS);
  expect(metrics).toMatch(/^consultation_chat_process_cpu_seconds_total\{worker="primary"\}/m);
  expect(await (await fetch(`${server.url}/readyz`)).json()).toEqual({ status: 'ready' });
  expect(server.stderr.filter((line) => line.includes('is running'))).toHaveLength(1);
});

test('a session is asked for at the other worker, and one that nobody has is unknown', async () => {
  const server = shared;
  for (const sid of ['1.nobody-has-this', '2.nobody-has-this', '77.nobody-has-this', 'nobody']) {
    const answer = await fetch(`${server.url}/socket.io/?EIO=4&transport=polling&sid=${sid}`);
    expect([answer.status, await answer.json()]).toEqual([400, { code: 1, message: 'Session ID unknown' }]);
  }
  const handshake = await fetch(`${server.url}/socket.io/?EIO=4&transport=polling`);
  const { sid } = JSON.parse((await handshake.text()).slice(1));
  // Pages of other origins are refused by the worker that has the session, whichever is asked; so is who claims to be here.
  for (let count = 0; count < 6; count += 1) {
    const foreign = await fetch(`${server.url}/socket.io/?EIO=4&transport=polling&sid=${sid}`, {
      headers: {
        origin: 'https://evil.example',
        connection: 'close',
        'x-consultation-chat-from': '127.0.0.1',
      },
    });
    expect(foreign.status).toBe(403);
  }
});

test('a worker that is killed is replaced, and its clients come back', async () => {
  const server = await startWorkers();
  const killed = pidOfWorker(server, 1);
  const [lost, kept] = (await connectToEach(servers, server.url, ['websocket'])) as [Socket, Socket];
  lost.io.reconnection(true);
  process.kill(killed, 'SIGKILL');
  expect(await server.logged('worker.ended')).toMatchObject({ worker: 1, code: 'SIGKILL' });
  await patiently(() => expect(pidOfWorker(server, 1)).not.toBe(killed));
  await patiently(() => expect(lost.connected).toBe(true));
  expect(kept.connected).toBe(true);
  expect(await send(lost, CONSULTATION, 'Back again')).toMatchObject({ ok: true });
  expect(await server.stop()).toEqual({ code: 0, signal: null });
});

test('SIGTERM drains the workers and leaves nothing running', async () => {
  // Its PostgreSQL is one of the things that may be left.
  const env = { DATA_DIR: await servers.usedDataDir(), WORKERS: '2', DRAIN_SECONDS: '1' };
  const server = await servers.start({ env });
  const postmaster = await postmasterOf(env.DATA_DIR);
  const pids = [1, 2].map((worker) => pidOfWorker(server, worker));
  await connectToEach(servers, server.url, ['websocket']);
  expect(await server.stop()).toEqual({ code: 0, signal: null });
  expect([...pids, postmaster].filter(isAlive)).toEqual([]);
  const drained = server.log().filter(({ event }) => event === 'server.draining');
  expect(drained.map((line) => line['worker']).sort()).toEqual([1, 2]);
});

test('a primary that is killed takes its workers with it', async () => {
  const server = await startWorkers();
  const pids = [1, 2].map((worker) => pidOfWorker(server, worker));
  server.kill('SIGKILL');
  for (const pid of pids) await untilGone(pid);
});

test.each([
  [{ WORKERS: '2', PEERS: 'none' }, 'WORKERS must not be set while PEERS is none'],
  [{ WORKERS: 'many' }, 'WORKERS must be auto, or a whole number from 1 to 256'],
  [{ WORKERS: '2', PEERS: 'redis' }, 'REDIS_URL must be set while PEERS is redis'],
])('what is wrong is told once, in one line: %j', async (env, sentence) => {
  const refused = servers.launch({ env });
  expect(await refused.exited).toEqual({ code: 1, signal: null });
  expect(refused.stderr).toEqual([expect.stringContaining(`Cannot start: ${sentence}`)]);
});

test('a port in use is told once, in one line', async () => {
  const refused = servers.launch({
    env: { ...(await demoDatabase()), WORKERS: '2', PORT: new URL(shared.url).port },
  });
  expect(await refused.exited).toEqual({ code: 1, signal: null });
  expect(refused.stderr).toEqual([
    expect.stringMatching(/^Cannot start: PORT \d+ is in use by another program$/),
  ]);
});

/**
 * Holds a worker completely when it comes to listen, for as long as its primary lives.
 *
 * @returns the environment that does it, and what waits until a worker is held.
 */
async function holdBeforeListening(dataDir: string) {
  const mark = joinPath(dataDir, 'listens');
  const program = joinPath(dataDir, 'hold.mjs');
  await writeFile(
    program,
    `import cluster from 'node:cluster';
    import { writeFileSync } from 'node:fs';
    import { Server } from 'node:net';
    const { listen } = Server.prototype;
    const primary = process.ppid;
    const pause = new Int32Array(new SharedArrayBuffer(4));
    if (cluster.isWorker) Server.prototype.listen = function (...args) {
      writeFileSync(${JSON.stringify(mark)}, '');
      while (process.ppid === primary) Atomics.wait(pause, 0, 0, 1);
      return listen.apply(this, args);
    };`,
  );
  const env = { DATA_DIR: dataDir, WORKERS: '1', NODE_OPTIONS: `--import=${program}` };
  return { env, isHeld: () => patiently(() => access(mark)) };
}

test('a worker whose primary is gone when it comes to listen ends without a word', async () => {
  const { env, isHeld } = await holdBeforeListening(await servers.usedDataDir());
  const server = servers.launch({ env });
  await isHeld();
  server.kill('SIGKILL');
  await server.exited;
  expect(server.stderr).toEqual([]);
});

test('a start ends in time, although its first worker and its PostgreSQL do not react any more', async () => {
  const dataDir = await servers.usedDataDir();
  const { env, isHeld } = await holdBeforeListening(dataDir);
  const server = servers.launch({ env });
  await isHeld();
  const postmaster = await postmasterOf(dataDir);
  const frozen = await signalPostgres(dataDir, 'SIGSTOP');
  // Those of a postmaster that had to be killed end when they wake up.
  onTestFinished(() => {
    for (const pid of frozen) signalIfAlive(pid, 'SIGCONT');
  });
  expect(await server.stop()).toEqual({ code: 0, signal: null });
  expect(server.stderr).toEqual([]);
  await untilGone(postmaster);
});
