import { describe, expect, onTestFinished, test } from 'vitest';
import { findFreePort } from '../../../src/adapters/embedded-postgres/postgres-process.js';
import { refusalOfRedis } from '../../../src/adapters/redis/redis-failure.js';
import { createRedisSharedCounts } from '../../../src/adapters/redis/redis-shared-counts.js';
import { describeSharedCountsContract } from '../../contracts/shared-counts.js';
import { hasRedis } from '../../support/redis.js';
import { openTwoChats } from './open-peers.js';

describe.skipIf(!hasRedis())('with a redis-server', () => {
  describeSharedCountsContract('Redis', () => openTwoChats(createRedisSharedCounts));

  test.each([
    ['is full', 'OOM', async () => ['CONFIG', 'SET', 'maxmemory', '1']],
    ['is read-only', 'READONLY', async () => ['REPLICAOF', '127.0.0.1', String(await findFreePort())]],
  ])('what a Redis that %s says no with is found', async (_what, code, change) => {
    const chats = await openTwoChats(createRedisSharedCounts);
    onTestFinished(chats.close);
    const counts = await chats.join();
    expect(await counts.use('a', 1_000)).toMatchObject({ count: 1 });
    await chats.redis.ask(...(await change()));
    const refusals = [counts.use('a', 1_000), counts.hold('a', 1)].map((asked) =>
      asked.then(
        () => 'taken',
        (error: unknown) => refusalOfRedis(error),
      ),
    );
    expect(await Promise.all(refusals)).toEqual([code, code]);
  });
});
