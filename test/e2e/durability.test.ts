import type { Socket } from 'socket.io-client';
import { expect, test } from 'vitest';
import { openServers, patiently, type ServerProcess, signalPostgres } from '../support/server-process.js';
import {
  ANSWER_LIMIT_MS,
  type Answer,
  ask,
  join,
  type Payload,
  readAll,
  send,
  sendUntilAccepted,
} from './client.js';

const servers = openServers();
const CONSULTATIONS = ['consultation-123', 'consultation-456'];
const CLIENTS = 6;
/** Messages of one client whose answers are awaited at the same time. */
const PIPELINE = 4;

interface Told {
  readonly messageId: string;
  readonly seq: number;
  readonly consultationId: string;
  readonly content: string;
}

/** What clients have been told is said. */
interface Promised {
  readonly acknowledged: Told[];
  readonly heard: Told[];
  readonly refusals: Payload[];
  /** How long the slowest answer took, in ms; what never came because the connection broke does not count. */
  slowestMs: number;
}

interface Load {
  /** Resolves when this many more messages have been acknowledged. */
  acknowledged(count: number): Promise<void>;
  stop(): Promise<void>;
}

/** Several clients that send without a pause, as fast as they are answered. */
async function startLoad(server: ServerProcess, promised: Promised, round: string): Promise<Load> {
  let stopped = false;
  const sending: Promise<void>[] = [];
  const sockets: Socket[] = [];
  for (let index = 0; index < CLIENTS; index += 1) {
    const socket = await servers.connect(server.url);
    sockets.push(socket);
    const consultationId = CONSULTATIONS[index % CONSULTATIONS.length] ?? '';
    socket.on('new_message', (message: Told) => promised.heard.push(message));
    await join(socket, consultationId);
    for (let lane = 0; lane < PIPELINE; lane += 1)
      sending.push(talk(socket, consultationId, `${index}.${lane}`));
  }

  async function talk(socket: Socket, consultationId: string, name: string): Promise<void> {
    for (let count = 0; !stopped && socket.connected; count += 1) {
      const content = `${round} ${name} ${count}`;
      const sentAt = performance.now();
      const answer = await send(socket, consultationId, content, { clientMessageId: content }).catch(
        () => null,
      );
      // The connection broke: nothing was promised.
      if (answer === null) return;
      promised.slowestMs = Math.max(promised.slowestMs, performance.now() - sentAt);
      if (answer.ok) promised.acknowledged.push({ ...toldIn(answer), consultationId, content });
      else promised.refusals.push({ ...answer.error });
    }
  }

  return {
    acknowledged: async (count) => {
      const wanted = promised.acknowledged.length + count;
      await patiently(() => expect(promised.acknowledged.length).toBeGreaterThanOrEqual(wanted));
    },
    stop: async () => {
      stopped = true;
      await Promise.all(sending);
      for (const socket of sockets) socket.disconnect();
    },
  };
}

function toldIn(answer: Answer): Pick<Told, 'messageId' | 'seq'> {
  return { messageId: String(answer['messageId']), seq: Number(answer['seq']) };
}

/** Everything promised is in the log exactly once, where it was promised to be, and the numbers have no gap. */
async function expectKept(server: ServerProcess, promised: Promised): Promise<void> {
  const socket = await servers.connect(server.url);
  for (const consultationId of CONSULTATIONS) {
    const stored = await readAll(socket, consultationId);
    expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, index) => index + 1));
    expect(new Set(stored.map(({ messageId }) => messageId)).size).toBe(stored.length);
    expect(new Set(stored.map(({ content }) => content)).size).toBe(stored.length);
    const here = (told: Told): boolean => told.consultationId === consultationId;
    for (const told of [...promised.acknowledged, ...promised.heard].filter(here)) {
      const { messageId, content } = told;
      expect(stored[told.seq - 1]).toMatchObject({ messageId, content });
    }
  }
  socket.disconnect();
}

/** A number of messages after which the blow falls: another one in each run, told when it fails. */
function someMessages(): number {
  return 20 + Math.floor(Math.random() * 150);
}

const newPromises = (): Promised => ({ acknowledged: [], heard: [], refusals: [], slowestMs: 0 });

test('what was acknowledged or heard outlives kill -9 of the server, of PostgreSQL, and of both', async () => {
  const dataDir = await servers.usedDataDir();
  const env = { DATA_DIR: dataDir, LOG_LEVEL: 'warn' };
  const promised = newPromises();
  const start = () => servers.start({ env: { ...env, LOG_LEVEL: 'info' } });
  let server = await start();

  for (const victim of ['server', 'postgres', 'both'] as const) {
    const load = await startLoad(server, promised, victim);
    await load.acknowledged(someMessages());
    if (victim !== 'server') await signalPostgres(dataDir, 'SIGKILL');
    if (victim === 'postgres') {
      // The server lives on: its senders are refused, and heard again when PostgreSQL is back.
      await server.logged('postgres.restarted');
      await load.acknowledged(someMessages());
    } else {
      server.kill('SIGKILL');
      await server.exited;
    }
    await load.stop();
    if (victim !== 'postgres') server = await start();
    await expectKept(server, promised);
  }
  expect(promised.acknowledged.length).toBeGreaterThan(80);
  expect(promised.heard.length).toBeGreaterThan(80);
  expect(promised.slowestMs).toBeLessThan(ANSWER_LIMIT_MS);
  for (const refusal of promised.refusals) expect(refusal).toMatchObject({ code: 'server.error' });
});

test('while PostgreSQL is frozen or gone senders are told so in time, and nothing is heard', async () => {
  const dataDir = await servers.usedDataDir();
  const server = await servers.start({ env: { DATA_DIR: dataDir } });
  const promised = newPromises();
  const socket = await servers.connect(server.url);
  socket.on('new_message', (message: Told) => promised.heard.push(message));
  await join(socket, 'consultation-123');
  await sendUntilAccepted(socket, 'consultation-123', 'before');

  await signalPostgres(dataDir, 'SIGSTOP');
  const askedAt = performance.now();
  const [sent, joined, read] = await Promise.all([
    send(socket, 'consultation-123', 'frozen'),
    join(socket, 'consultation-unknown'),
    ask(socket, 'join_consultation', { consultationId: 'consultation-456', after: 0 }),
  ]);
  expect(performance.now() - askedAt).toBeLessThan(ANSWER_LIMIT_MS);
  const error = { code: 'server.error', message: expect.stringMatching(/^[A-Z].*\.$/) };
  expect([sent, joined, read]).toEqual(Array(3).fill({ ok: false, error }));
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
  expect(promised.heard.map(({ content }) => content)).toEqual(['before']);

  // Not continued: a supervisor must bring up another one.
  await signalPostgres(dataDir, 'SIGKILL');
  await server.logged('postgres.restarted');
  await sendUntilAccepted(socket, 'consultation-123', 'after');
  await patiently(() => expect(promised.heard.at(-1)).toMatchObject({ content: 'after' }));
  await patiently(async () => expect((await fetch(`${server.url}/readyz`)).status).toBe(200));
  await expectKept(server, promised);
});
