import { setTimeout as delay } from 'node:timers/promises';
import type { RunningRedis } from '../../support/redis.js';
import type { Random } from '../random.js';
import type { Effect, Stage } from './stage.js';

export function killRedis(stage: Stage, random: Random): Promise<Effect> {
  return stage.redisQueue.run(async () => {
    const redis = redisOf(stage);
    await redis.kill();
    const downMs = random.whole(100, 6_000);
    await delay(downMs);
    await redis.start();
    return { effective: true, note: `down for ${downMs} ms and its start` };
  });
}

/** Nothing closes and nothing answers. */
export function freezeRedis(stage: Stage, random: Random): Promise<Effect> {
  return stage.redisQueue.run(async () => {
    const redis = redisOf(stage);
    const frozenMs = random.pick([random.whole(300, 2_500), random.whole(3_000, 9_000)]);
    redis.freeze();
    try {
      await delay(frozenMs);
    } finally {
      redis.goOn();
    }
    return { effective: true, note: `frozen for ${frozenMs} ms` };
  });
}

function redisOf({ redis }: Stage): RunningRedis {
  if (redis === null) throw new Error('there is no Redis in this run');
  return redis;
}
