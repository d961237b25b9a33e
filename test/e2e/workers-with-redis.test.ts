import type { Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasRedis, type RunningRedis, startRedis } from '../support/redis.js';
import { openServers, patiently, type ServerProcess } from '../support/server-process.js';
import { ask, collect, join, next, send } from './client.js';
import { demoDatabase } from './demo-database.js';
import { connectToEach, pidOfWorker } from './worker-clients.js';

const servers = openServers();
const CONSULTATION = 'consultation-123';
/** Of demo mode: both parties, whoever they say they are. */
const joinAs = (socket: Socket, sender: 'user' | 'doctor') =>
  ask(socket, 'join_consultation', { consultationId: CONSULTATION, sender });

describe.skipIf(!hasRedis())('workers that hear each other through Redis', () => {
  let redis: RunningRedis;
  let server: ServerProcess;
  beforeAll(async () => {
    redis = await startRedis();
    // No announcement of heads tells what only the link between them can tell.
    const env = {
      WORKERS: '2',
      REDIS_URL: redis.url,
      DOCTOR_READY_INTERVAL_MS: String(24 * 60 * 60 * 1_000),
    };
    server = await servers.start({ env: { ...(await demoDatabase()), ...env } });
    await patiently(async () => expect(await listenersInRedis()).toBe(2));
  });
  afterAll(async () => {
    await server?.stop();
    await redis?.stop();
  });

  /** Those who hear the news of the chat: one for each worker. */
  async function listenersInRedis(): Promise<number> {
    const channels = (await redis.ask('PUBSUB', 'CHANNELS', 'consultation-chat:*:peers')).trim();
    if (channels === '') return 0;
    const [, count] = (await redis.ask('PUBSUB', 'NUMSUB', channels)).trim().split('\n');
    return Number(count);
  }

  async function valuesOf(metric: string): Promise<readonly number[]> {
    const page = await (await fetch(`${server.url}/metrics`)).text();
    const found = page.matchAll(new RegExp(`^consultation_chat_${metric}\\{worker="\\d"\\} (\\S+)$`, 'gm'));
    return [...found].map(([, value]) => Number(value));
  }

  /** One of them at each worker, in the consultation; each has heard of the other. */
  async function bothJoined(): Promise<readonly [patient: Socket, doctor: Socket]> {
    await patiently(async () => expect(await valuesOf('peers_alive')).toEqual([1, 1]));
    const [patient, doctor] = (await connectToEach(servers, server.url, ['websocket'])) as [Socket, Socket];
    const joined = next(patient, 'user_joined');
    expect(await joinAs(patient, 'user')).toMatchObject({ ok: true });
    expect(await joinAs(doctor, 'doctor')).toMatchObject({ ok: true });
    expect(await joined).toMatchObject({ sender: 'doctor' });
    return [patient, doctor];
  }

  test('both parties hear each other, once and in order, and who comes, types, reads and goes', async () => {
    const [patient, doctor] = await bothJoined();
    const heard = [patient, doctor].map((socket) => collect(socket, 'new_message'));
    const head = Number((await join(patient, CONSULTATION))['headSeq']);
    for (let count = 0; count < 5; count += 1) {
      for (const [socket, sender] of [
        [patient, 'user'],
        [doctor, 'doctor'],
      ] as const)
        expect(await send(socket, CONSULTATION, `${sender} ${count}`, { sender })).toMatchObject({
          ok: true,
        });
    }
    const seqs = Array.from({ length: 10 }, (_, index) => head + 1 + index);
    for (const messages of heard) await patiently(() => expect(messages.map(({ seq }) => seq)).toEqual(seqs));

    const [typing, read] = [next(doctor, 'typing'), next(patient, 'messages_read')];
    await ask(patient, 'typing', { consultationId: CONSULTATION, isTyping: true });
    expect(await typing).toMatchObject({ isTyping: true });
    const mark = { consultationId: CONSULTATION, seq: head + 10, sender: 'doctor' };
    expect(await ask(doctor, 'mark_read', mark)).toMatchObject({ ok: true });
    expect(await read).toMatchObject({ reader: 'doctor', seq: head + 10 });

    const left = next(doctor, 'user_left');
    patient.disconnect();
    expect(await left).toMatchObject({ consultationId: CONSULTATION, sender: 'user' });
    doctor.disconnect();
  });

  test('the people of a worker that is killed leave; another one takes its place and is heard', async () => {
    const [patient, doctor] = await bothJoined();
    const killed = pidOfWorker(server, 1);
    const left = next(doctor, 'user_left');
    process.kill(killed, 'SIGKILL');
    expect(await left).toMatchObject({ consultationId: CONSULTATION, sender: 'user' });
    await patiently(() => expect(pidOfWorker(server, 1)).not.toBe(killed));
    await patiently(async () => expect(await listenersInRedis()).toBe(2));
    doctor.disconnect();
    patient.disconnect();

    const [back, other] = await bothJoined();
    const messages = collect(other, 'new_message');
    expect(await send(back, CONSULTATION, 'back again')).toMatchObject({ ok: true });
    await patiently(() => expect(messages).toMatchObject([{ content: 'back again' }]));
    for (const socket of [back, other]) socket.disconnect();
  });
});
