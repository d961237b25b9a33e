import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createRedisSharedCounts } from '../../../src/adapters/redis/redis-shared-counts.js';
import { MINUTE_MS } from '../../../src/domain/instant.js';
import { listenWith } from '../../contracts/peers.js';
import { hasRedis, REDIS_PASSWORD, type RedisOptions, startRedis } from '../../support/redis.js';
import { type Closing, openPeers } from './open-peers.js';

const run = promisify(execFile);
const PATIENCE = { timeout: 60_000, interval: 50 };
const CREDENTIALS = `:${encodeURIComponent(REDIS_PASSWORD)}@`;

const closing: Closing = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function openRedis(options?: RedisOptions) {
  const redis = await startRedis(options);
  closing.push(redis.stop);
  return redis;
}

async function join(url: string) {
  const { peers, logger } = await openPeers(url, closing);
  return { ...listenWith(peers), peers, logger, counts: createRedisSharedCounts(peers) };
}

type Joined = Awaited<ReturnType<typeof join>>;

async function arrives(from: Joined, at: Joined): Promise<void> {
  await vi.waitFor(() => {
    from.peers.send({ from: from.peers.processId, number: 1, news: { type: 'hello' } });
    expect(at.heard.at(-1)?.from).toBe(from.peers.processId);
  }, PATIENCE);
}

describe.skipIf(!hasRedis())('with several redis-servers', () => {
  test('behind sentinels the master carries the news, and after a failover the new one does', async () => {
    const master = await openRedis({ settings: [`masterauth "${REDIS_PASSWORD}"`] });
    const settings = [`masterauth "${REDIS_PASSWORD}"`, `replicaof 127.0.0.1 ${master.port}`];
    await openRedis({ settings });
    const sentinels = [];
    for (let index = 0; index < 2; index += 1) {
      sentinels.push(
        await openRedis({
          isSentinel: true,
          password: null,
          settings: [
            `sentinel monitor chat 127.0.0.1 ${master.port} 2`,
            `sentinel auth-pass chat "${REDIS_PASSWORD}"`,
            'sentinel down-after-milliseconds chat 500',
            'sentinel failover-timeout chat 2000',
          ],
        }),
      );
    }
    // They find the replica, and each other, by what the master tells them.
    for (const { ask } of sentinels) {
      await vi.waitFor(async () => {
        const said = await ask('SENTINEL', 'MASTER', 'chat');
        expect(said).toMatch(/num-slaves\n1\n/);
        expect(said).toMatch(/num-other-sentinels\n1\n/);
      }, PATIENCE);
    }
    const nodes = sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',');
    const url = `redis+sentinel://${CREDENTIALS}${nodes}/chat`;
    const [a, b] = [await join(url), await join(url)];
    await arrives(a, b);
    await master.kill();
    await vi.waitFor(() => {
      expect(a.interruptions()).toBeGreaterThan(0);
      expect(b.interruptions()).toBeGreaterThan(0);
    }, PATIENCE);
    await arrives(a, b);
    await arrives(b, a);
    expect(await a.counts.use('address', MINUTE_MS)).toMatchObject({ count: 1 });
  }, 120_000);

  test('a master that becomes a replica is left, and a replica is refused at the start', async () => {
    const [old, another] = [await openRedis(), await openRedis()];
    const [a, b] = [await join(old.url), await join(old.url)];
    await arrives(a, b);
    await old.ask('CONFIG', 'SET', 'masterauth', REDIS_PASSWORD);
    await old.ask('REPLICAOF', '127.0.0.1', String(another.port));
    const failures = () => a.logger.entries.filter(({ event }) => event === 'peers.link_failed');
    await vi.waitFor(() => expect(failures()).toHaveLength(1), PATIENCE);
    expect(failures()[0]).toMatchObject({ level: 'warn', fields: { engine: 'redis', code: 'READONLY' } });
    expect(a.logger.entries).toContainEqual(
      expect.objectContaining({ event: 'peers.link_lost', fields: { engine: 'redis', code: 'READONLY' } }),
    );
    expect(a.peers.isUp()).toBe(false);
    await expect(join(old.url)).rejects.toThrow(
      `REDIS_URL: Redis at 127.0.0.1:${old.port} is a replica, but the master is needed`,
    );
    await old.ask('REPLICAOF', 'NO', 'ONE');
    await arrives(a, b);
    await arrives(b, a);
    expect(failures()).toHaveLength(1);
  }, 120_000);

  test('a cluster carries the news whichever nodes each process is at, and counts', async () => {
    const settings = ['cluster-enabled yes', 'cluster-node-timeout 2000'];
    const nodes = [
      await openRedis({ settings }),
      await openRedis({ settings }),
      await openRedis({ settings }),
    ];
    const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
    const given = [
      '--no-auth-warning',
      '-a',
      REDIS_PASSWORD,
      '--cluster',
      'create',
      ...addresses,
      '--cluster-yes',
    ];
    await run('redis-cli', given);
    for (const { ask } of nodes) {
      await vi.waitFor(
        async () => expect(await ask('CLUSTER', 'INFO')).toContain('cluster_state:ok'),
        PATIENCE,
      );
    }
    const url = `redis://${CREDENTIALS}${addresses.join(',')}`;
    const all = await Promise.all([join(url), join(url), join(url), join(url)]);
    for (const from of all) {
      for (const at of all) if (from !== at) await arrives(from, at);
    }
    const [a, b] = all;
    for (const key of ['one', 'two', 'three', 'four', 'five', 'six']) {
      expect(await a.counts.use(key, MINUTE_MS)).toMatchObject({ count: 1 });
      expect(await b.counts.use(key, MINUTE_MS)).toMatchObject({ count: 2 });
      expect(await a.counts.hold(key, 3)).toBe(0);
      expect(await b.counts.hold(key, 4)).toBe(3);
    }
  }, 120_000);
});
