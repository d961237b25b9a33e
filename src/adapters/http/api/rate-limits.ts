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
  /** Requests of one person in a minute. */
  readonly apiRequestsPerMinute: number;
  /** Counts by address the requests of which nobody knows who makes them. */
  readonly rateLimiter: RateLimiter;
  /** See `clientAddressOf`. */
  readonly trustedProxies: number;
  readonly metrics: Metrics;
}

/** Refusals of what comes too often; null for what does not. */
export interface RequestLimits {
  /** Of the one whose request it is known to be. */
  ofPerson(request: FastifyRequest): Promise<Refusal | null>;
  /** Somebody was not let in. Those who are let in never pay for others behind the same address. */
  ofStranger(request: FastifyRequest): Promise<Refusal | null>;
}

/** @param limits null for none. */
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

/** null for somebody for whom nobody vouches. */
function personOf({ requester }: FastifyRequest): string | null {
  return requester === null || requester.caller.role === 'anyone' ? null : countedAs(requester);
}
