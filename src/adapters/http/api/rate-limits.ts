import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Refusal, refuse } from '../../../application/answers/refusal.js';
import { countedAs } from '../../../application/lookup/requester.js';
import type { Metrics } from '../../../application/ports/metrics.js';
import type { RateLimiter } from '../../../application/ports/rate-limiter.js';
import { MINUTE_MS } from '../../../domain/instant.js';
import { clientAddressOf } from '../../edge/client-address.js';
import { RateCounts } from './rate-counts.js';

export interface ApiLimits {
  /** How many requests one person may make in a minute. */
  readonly apiRequestsPerMinute: number;
  /** Counts, by address, the requests of callers who are not identified. */
  readonly rateLimiter: RateLimiter;
  /** See `clientAddressOf`. */
  readonly trustedProxies: number;
  readonly metrics: Metrics;
}

/** Each method counts the request, and returns a refusal if it is one too many, or null. */
export interface RequestLimits {
  /** Counts a request of an identified caller. */
  ofPerson(request: FastifyRequest): Promise<Refusal | null>;
  /**
   * Counts a request that was not let in, by its address. Identified callers are never limited because of others at
   * the same address.
   */
  ofStranger(request: FastifyRequest): Promise<Refusal | null>;
}

/** @param limits null for no limits. */
export async function createRequestLimits(
  app: FastifyInstance,
  limits: ApiLimits | null,
): Promise<RequestLimits> {
  if (limits === null) return { ofPerson: async () => null, ofStranger: async () => null };
  await app.register(rateLimit, { global: false, store: RateCounts });
  const addressOf = ({ raw }: FastifyRequest): string => clientAddressOf(raw, limits.trustedProxies);
  const takeOfPerson = app.createRateLimit({
    timeWindow: MINUTE_MS,
    max: limits.apiRequestsPerMinute,
    keyGenerator: (request) => personOf(request) ?? addressOf(request),
  });

  function refused(retryAfterMs: number): Refusal {
    limits?.metrics.count('api_requests_rate_limited_total');
    return refuse('rate.limited', { retryAfterMs });
  }

  return {
    ofPerson: async (request) => {
      const take = await takeOfPerson(request);
      return take.isAllowed || !take.isExceeded ? null : refused(take.ttl);
    },
    ofStranger: async (request) => {
      const take = await limits.rateLimiter.take('failed_sign_in', addressOf(request));
      return take.outcome === 'taken' ? null : refused(take.retryAfterMs);
    },
  };
}

/** null for a caller whose identity nobody vouches for. */
function personOf({ requester }: FastifyRequest): string | null {
  return requester === null || requester.caller.role === 'anyone' ? null : countedAs(requester);
}
