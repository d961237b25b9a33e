import type { Socket } from 'socket.io-client';
import { afterEach, describe, expect, test } from 'vitest';
import { DAY_MS } from '../../src/domain/instant.js';
import { hasRedis, type RunningRedis, startRedis } from '../support/redis.js';
import { openServers, patiently } from '../support/server-process.js';
import { collect, joinUntilAccepted, type Payload, send } from './client.js';
import { type Member, openCase, type Several, startSeveral } from './several.js';

const servers = openServers();
const MESSAGES = 5;

describe.skipIf(!hasRedis())('two processes whose Redis is frozen', () => {
  let redis: RunningRedis | undefined;
  let several: Several | undefined;
  afterEach(async () => {
    await several?.close();
    await redis?.stop();
  });

  interface Scene {
    readonly id: string;
    readonly members: readonly [Member, Member];
    readonly patientOnA: Socket;
    /** What the doctor hears on the process of the patient, and on the other one. */
    readonly heardOnA: readonly Payload[];
    readonly heardOnB: readonly Payload[];
  }

  /** The patient on one process, the doctor on both. */
  async function open(headsIntervalMs: number): Promise<Scene> {
    redis = await startRedis();
    const env = { REDIS_URL: redis.url, DOCTOR_READY_INTERVAL_MS: String(headsIntervalMs) };
    several = await startSeveral(servers, 2, { env });
    const [a, b] = several.members as [Member, Member];
    for (const { metric } of [a, b]) await patiently(async () => expect(await metric('peers_alive')).toBe(1));
    const { id, patient, doctor } = await openCase(a);
    const patientOnA = await a.connect(patient);
    const [doctorOnA, doctorOnB] = [await a.connect(doctor), await b.connect(doctor)];
    for (const socket of [patientOnA, doctorOnA, doctorOnB]) await joinUntilAccepted(socket, id);
    const [heardOnA, heardOnB] = [collect(doctorOnA, 'new_message'), collect(doctorOnB, 'new_message')];
    return { id, members: [a, b], patientOnA, heardOnA, heardOnB };
  }

  async function sendSome({ id, patientOnA }: Scene): Promise<readonly string[]> {
    const contents = Array.from({ length: MESSAGES }, (_, index) => `while it is frozen, ${index}`);
    for (const content of contents) expect(await send(patientOnA, id, content)).toMatchObject({ ok: true });
    return contents;
  }

  const contentsOf = (messages: readonly Payload[]) => messages.map(({ content }) => content);

  async function readiness({ server }: Member): Promise<unknown> {
    const answer = await fetch(`${server.url}/readyz`);
    return [answer.status, await answer.json()];
  }

  test('hear each other by the next heads, and one process itself as ever; both say so and stay ready', async () => {
    const scene = await open(500);
    for (const member of scene.members) expect(await readiness(member)).toEqual([200, { status: 'ready' }]);
    redis?.freeze();
    // As long as it is frozen, nothing that waits for it goes on.
    const contents = await sendSome(scene);
    await patiently(() => expect(contentsOf(scene.heardOnA)).toEqual(contents));
    await patiently(() => expect(contentsOf(scene.heardOnB)).toEqual(contents));
    for (const member of scene.members) {
      const cutOff = [200, { status: 'ready', peers: 'unreachable' }];
      await patiently(async () => expect(await readiness(member)).toEqual(cutOff));
    }
    redis?.goOn();
    for (const member of scene.members) {
      await patiently(async () => expect(await readiness(member)).toEqual([200, { status: 'ready' }]));
    }
  });

  test('tell what was missed once it is back, without any heads, and news cross again', async () => {
    const scene = await open(DAY_MS);
    const links = (event: string) => Promise.all(scene.members.map(({ server }) => server.logged(event)));
    redis?.freeze();
    const contents = await sendSome(scene);
    await links('peers.link_lost');
    redis?.goOn();
    await patiently(() => expect(contentsOf(scene.heardOnB)).toEqual(contents));
    await links('peers.link_restored');
    for (const { metric } of scene.members) {
      expect(await metric('peer_gaps_total')).toBeGreaterThan(0);
      expect(await metric('peer_catch_ups_total')).toBeGreaterThan(0);
    }
    expect(await send(scene.patientOnA, scene.id, 'after all')).toMatchObject({ ok: true });
    await patiently(() => expect(contentsOf(scene.heardOnB)).toEqual([...contents, 'after all']));
    expect(contentsOf(scene.heardOnA)).toEqual([...contents, 'after all']);
  });
});
