import { ContainerModule } from 'inversify';
import { NO_PEERS } from '../adapters/memory/peers.js';
import { createUnlimitedRateLimiter } from '../adapters/memory/rate-limiters.js';
import { refusalOfPostgres } from '../adapters/prisma/connection/errors.js';
import { createCautiousCounts, NO_SHARED_COUNTS } from '../adapters/rate-limiter-flexible/cautious-counts.js';
import { createRateLimiterFlexible } from '../adapters/rate-limiter-flexible/rate-limiter.js';
import { createSharedRateLimiter } from '../adapters/rate-limiter-flexible/shared-rate-limiter.js';
import { refusalOfRedis } from '../adapters/redis/redis-failure.js';
import { createRedisPeers, type RedisPeers } from '../adapters/redis/redis-peers.js';
import { createRedisSharedCounts } from '../adapters/redis/redis-shared-counts.js';
import { readRedisUrl } from '../adapters/redis/redis-url.js';
import type { Logger } from '../application/ports/logger.js';
import type { Metrics } from '../application/ports/metrics.js';
import type { Peers } from '../application/ports/peers.js';
import type { RateLimiter } from '../application/ports/rate-limiter.js';
import type { SharedCounts } from '../application/ports/shared-counts.js';
import type { Storage } from '../application/ports/storage.js';
import type { Config } from '../config.js';
import { invariant } from '../domain/invariant.js';
import { type NotingPeers, notingListeners } from './noting-peers.js';
import { provide } from './provide.js';
import { TOKENS } from './tokens.js';

/** Connects a process with the others that serve the same chat, by their news and by the counts that they share. */
export const peersModule: ContainerModule = new ContainerModule(({ bind }) => {
  const { config, logger, metrics, storage, redisPeers, peers, sharedCounts } = TOKENS;
  provide(
    bind,
    redisPeers,
    ({ config: { redisUrl }, ...given }) =>
      redisUrl === null ? null : createRedisPeers({ target: readRedisUrl(redisUrl), ...given }),
    { config, logger, metrics },
  );
  provide(bind, peers, (given) => notingListeners(createPeers(given)), { config, storage, redisPeers });
  provide(bind, sharedCounts, createSharedCounts, { config, storage, redisPeers, peers, metrics, logger });
  provide(bind, TOKENS.rateLimiter, createRateLimiter, { config, sharedCounts });
});

interface PeersDependencies {
  readonly config: Config;
  readonly storage: Storage;
  readonly redisPeers: RedisPeers | null;
}

/** With `PEERS=none` this is the only process, because the storage makes sure that nobody else serves its database. */
function createPeers({ config, storage, redisPeers }: PeersDependencies): Peers {
  switch (config.peers) {
    case 'none':
      return NO_PEERS;
    case 'postgres':
      invariant(storage.peers !== null, 'PostgreSQL carries the news');
      return storage.peers;
    case 'redis':
      invariant(redisPeers !== null, 'Redis carries the news');
      return redisPeers;
  }
}

function createSharedCounts(
  given: PeersDependencies & {
    readonly peers: NotingPeers;
    readonly metrics: Metrics;
    readonly logger: Logger;
  },
): SharedCounts {
  const { config, storage, redisPeers, peers, metrics, logger } = given;
  if (config.peers === 'none') return NO_SHARED_COUNTS;
  const engine =
    redisPeers === null ? storage.sharedCountsOf(peers.processId) : createRedisSharedCounts(redisPeers);
  const refusalOf = redisPeers === null ? refusalOfPostgres : refusalOfRedis;
  return createCautiousCounts({ engine, isAlone: peers.isAlone, metrics, logger, refusalOf });
}

interface RateLimiterDependencies {
  readonly config: Config;
  readonly sharedCounts: SharedCounts;
}

function createRateLimiter({ config, sharedCounts }: RateLimiterDependencies): RateLimiter {
  if (config.rateLimits === 'off') return createUnlimitedRateLimiter();
  const { rates } = config.limits;
  const own = createRateLimiterFlexible(rates);
  return config.peers === 'none' ? own : createSharedRateLimiter({ rates, own, shared: sharedCounts });
}
