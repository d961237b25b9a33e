import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../random.js';
import type { EngineLink } from '../server/engine-link.js';
import type { FleetMember } from '../server/fleet.js';
import type { Effect, Stage } from './stage.js';

/** Which of a process's two links. */
type LinkOf = (member: FleetMember) => EngineLink | null;

const toDatabase: LinkOf = ({ database }) => database;
const toRedis: LinkOf = ({ redis }) => redis;

export const cutDatabaseLink = (stage: Stage, random: Random): Promise<Effect> =>
  cutLink(stage, random, toDatabase);
export const delayDatabaseLink = (stage: Stage, random: Random): Promise<Effect> =>
  delayLink(stage, random, toDatabase);
export const cutRedisLink = (stage: Stage, random: Random): Promise<Effect> =>
  cutLink(stage, random, toRedis);
export const delayRedisLink = (stage: Stage, random: Random): Promise<Effect> =>
  delayLink(stage, random, toRedis);

/** Between one process and an engine that all others reach: reset and closed for a while, or silent without an end. */
function cutLink(stage: Stage, random: Random, linkOf: LinkOf): Promise<Effect> {
  const { network, queue } = oneLink(stage, random, linkOf);
  return queue.run(async () => {
    const cutMs = random.whole(300, 7_000);
    const isSilent = random.chance(0.4);
    const cut = isSilent ? network.sever() : network.block();
    await delay(cutMs);
    if (isSilent) network.forget();
    else network.unblock();
    const how = isSilent ? 'half-open' : 'cut, and no new ones,';
    return { effective: cut > 0, note: `${cut} connections ${how} for ${cutMs} ms` };
  });
}

/** What is said arrives late, a little each time or all of it at the end. */
function delayLink(stage: Stage, random: Random, linkOf: LinkOf): Promise<Effect> {
  const { network, queue } = oneLink(stage, random, linkOf);
  return queue.run(async () => {
    const lateMs = random.whole(1_000, 5_000);
    if (random.chance(0.4)) {
      const open = network.open;
      network.hold(random.pick(['both', 'from-server']));
      await delay(lateMs);
      network.release();
      return { effective: open > 0, note: `${open} connections stalled for ${lateMs} ms` };
    }
    const before = network.delayed;
    const most = random.pick([20, 100, 500]);
    network.slow(() => random.whole(1, most));
    await delay(lateMs);
    network.slow(undefined);
    const delayed = network.delayed - before;
    return { effective: delayed > 0, note: `${delayed} chunks delayed by up to ${most} ms` };
  });
}

function oneLink({ fleet }: Stage, random: Random, linkOf: LinkOf): EngineLink {
  const link = linkOf(random.pick(fleet.members));
  if (link === null) throw new Error('there is no such link in this run');
  return link;
}
