import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../random.js';
import { busyDeviceOf, killOnceStored, lastWordsOf } from './last-words.js';
import type { Effect, Stage } from './stage.js';

/** Between two processes of a rolling restart, as an operator's tool waits for the first to be well. */
const LONGEST_BETWEEN_MS = 1_000;

/** One process stops in the middle of whatever it does, keeps all its connections, and goes on as if nothing had been. */
export function freezeServer({ fleet }: Stage, random: Random): Promise<Effect> {
  const { server, queue } = random.pick(fleet.members);
  return queue.run(async () => {
    const frozenMs = random.whole(1_000, 9_000);
    const effective = server.freeze();
    try {
      await delay(frozenMs);
    } finally {
      server.goOn();
    }
    return { effective, note: `frozen for ${frozenMs} ms` };
  });
}

/** A new release while everybody talks: one process after the other ends and starts. */
export async function restartInTurn({ fleet }: Stage, random: Random): Promise<Effect> {
  const codes: (number | null)[] = [];
  for (const { server, queue } of random.shuffled(fleet.members)) {
    await queue.run(async () => {
      codes.push(await server.stop());
      await server.start();
    });
    await delay(random.whole(0, LONGEST_BETWEEN_MS));
  }
  const effective = codes.every((code) => code !== null);
  return { effective, note: `${codes.length} processes one after the other, exit codes ${codes.join(', ')}` };
}

/**
 * Kills a process between the commit of a message and everything that it does about it: the network holds back what
 * PostgreSQL says to the process from the moment on that this has sent the message there; once the row is there, the
 * process dies and has not even heard that it had stored it, so it told nobody. The others must find out.
 */
export function killServerBeforePublish(stage: Stage, random: Random): Promise<Effect> {
  const { fleet, networkQueue } = stage;
  const device = busyDeviceOf(stage, random);
  const member = fleet.memberOf(device.proxy);
  const { server, database, queue } = member;
  if (database === null) throw new Error('a process that is alone has nobody to tell');
  return queue.run(() =>
    networkQueue.run(() =>
      database.queue.run(async () => {
        await device.inside();
        const words = lastWordsOf(device, random, 'is stored and not told');
        database.network.holdOnceSaid(words.clientMessageId);
        try {
          return await killOnceStored(stage, member, device, words);
        } finally {
          database.network.release();
          await server.start();
          await device.say(words.content, words.clientMessageId);
        }
      }),
    ),
  );
}
