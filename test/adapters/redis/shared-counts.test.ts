import { describe } from 'vitest';
import { createRedisSharedCounts } from '../../../src/adapters/redis/redis-shared-counts.js';
import { describeSharedCountsContract } from '../../contracts/shared-counts.js';
import { hasRedis } from '../../support/redis.js';
import { openTwoChats } from './open-peers.js';

describe.skipIf(!hasRedis())('with a redis-server', () => {
  describeSharedCountsContract('Redis', () => openTwoChats(createRedisSharedCounts));
});
