import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../random.js';
import { busyDeviceOf, killOnceStored, lastWordsOf } from './last-words.js';
import type { Effect, Stage } from './stage.js';

const LONGEST_DOWN_MS = 1_500;

export function killServer({ fleet }: Stage, random: Random): Promise<Effect> {
  const { server, queue } = random.pick(fleet.members);
  return queue.run(async () => {
    await delay(random.whole(0, 1_000));
    await server.kill();
    const downMs = random.whole(0, LONGEST_DOWN_MS);
    await delay(downMs);
    await server.start();
    return { effective: true, note: `down for ${downMs} ms and its start` };
  });
}

export function redeployServer({ fleet }: Stage, random: Random): Promise<Effect> {
  const { server, queue } = random.pick(fleet.members);
  return queue.run(async () => {
    await server.stop();
    await server.start();
    return { effective: true, note: '' };
  });
}

/**
 * Kills the server between the commit of a message and its answer: the network holds back what the server says to one
 * device, which sends; once the row is in the database, the server dies, and the answer with it.
 */
export function killServerBeforeAnswer(stage: Stage, random: Random): Promise<Effect> {
  const { fleet, networkQueue } = stage;
  const device = busyDeviceOf(stage, random);
  const member = fleet.memberOf(device.proxy);
  const { server, queue } = member;
  return queue.run(() =>
    networkQueue.run(async () => {
      await device.inside();
      const words = lastWordsOf(device, random, 'is stored and not answered');
      device.proxy.hold('from-server');
      try {
        return await killOnceStored(stage, member, device, words);
      } finally {
        device.proxy.cut();
        device.proxy.release();
        await server.start();
        // The same id again: the answer must be the one that was never heard.
        await device.say(words.content, words.clientMessageId);
      }
    }),
  );
}
