import { describe } from 'vitest';
import { createSilentLogger } from '../../../src/adapters/memory/loggers.js';
import { createRecordingMetrics } from '../../../src/adapters/memory/metrics.js';
import { createRedisPeers } from '../../../src/adapters/redis/redis-peers.js';
import { createRedisSharedCounts } from '../../../src/adapters/redis/redis-shared-counts.js';
import { readRedisUrl } from '../../../src/adapters/redis/redis-url.js';
import { describeSharedCountsContract } from '../../contracts/shared-counts.js';
import { hasRedis, startRedis } from '../../support/redis.js';

describe.skipIf(!hasRedis())('with a redis-server', () => {
  describeSharedCountsContract('Redis', async () => {
    const redis = await startRedis();
    const closing: (() => Promise<void>)[] = [];
    const joinAt = async (chat: string) => {
      const peers = createRedisPeers({
        target: readRedisUrl(redis.url),
        logger: createSilentLogger(),
        metrics: createRecordingMetrics(),
      });
      closing.push(peers.close);
      await peers.open(chat);
      return createRedisSharedCounts(peers);
    };
    return {
      join: () => joinAt('here'),
      joinElsewhere: () => joinAt('elsewhere'),
      close: async () => {
        for (const close of closing) await close();
        await redis.stop();
      },
    };
  });
});
