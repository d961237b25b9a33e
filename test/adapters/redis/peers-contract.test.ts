import { describe } from 'vitest';
import { createSilentLogger } from '../../../src/adapters/memory/loggers.js';
import { createRecordingMetrics } from '../../../src/adapters/memory/metrics.js';
import { createRedisPeers } from '../../../src/adapters/redis/redis-peers.js';
import { readRedisUrl } from '../../../src/adapters/redis/redis-url.js';
import { describePeersContract, listenWith, type PeerUnderTest } from '../../contracts/peers.js';
import { hasRedis, startRedis } from '../../support/redis.js';

describe.skipIf(!hasRedis())('with a redis-server', () => {
  describePeersContract('Redis', async () => {
    const redis = await startRedis();
    const closing: (() => Promise<void>)[] = [];
    async function joinAt(chat: string): Promise<PeerUnderTest> {
      const peers = createRedisPeers({
        target: readRedisUrl(redis.url),
        logger: createSilentLogger(),
        metrics: createRecordingMetrics(),
      });
      closing.push(peers.close);
      await peers.open(chat);
      return listenWith(peers);
    }
    return {
      join: () => joinAt('here'),
      joinElsewhere: () => joinAt('elsewhere'),
      cut: redis.cut,
      end: redis.kill,
      close: async () => {
        for (const close of closing) await close();
        await redis.stop();
      },
    };
  });
});
