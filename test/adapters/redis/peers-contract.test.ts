import { describe } from 'vitest';
import { describePeersContract, listenWith } from '../../contracts/peers.js';
import { hasRedis } from '../../support/redis.js';
import { openTwoChats } from './open-peers.js';

describe.skipIf(!hasRedis())('with a redis-server', () => {
  describePeersContract('Redis', async () => {
    const { redis, ...chats } = await openTwoChats(listenWith);
    return { ...chats, cut: redis.cut, end: redis.kill };
  });
});
