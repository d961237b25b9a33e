import type { FastifyRateLimitStore } from '@fastify/rate-limit';

/** People or addresses that are remembered; beyond it the one that has waited longest is forgotten, and begins anew. */
export const MAX_COUNTED = 20_000;

interface Count {
  readonly current: number;
  readonly endsAt: number;
}

/**
 * What `@fastify/rate-limit` counts in. Its own store goes by the wall clock: set back by an hour, it would keep somebody
 * out for that long. This one goes by the monotonic clock, and forgets windows that are over.
 */
export class RateCounts implements FastifyRateLimitStore {
  /** Oldest first: all windows of a store have one length. */
  readonly #counts = new Map<string, Count>();

  incr(
    key: string,
    callback: (error: Error | null, result?: { current: number; ttl: number }) => void,
    windowMs: number,
  ): void {
    const now = performance.now();
    const before = this.#counts.get(key);
    const isOpen = before !== undefined && before.endsAt > now;
    const count = isOpen
      ? { current: before.current + 1, endsAt: before.endsAt }
      : { current: 1, endsAt: now + windowMs };
    if (!isOpen) this.#counts.delete(key);
    this.#counts.set(key, count);
    this.#forget(now);
    callback(null, { current: count.current, ttl: Math.ceil(count.endsAt - now) });
  }

  /** One for each thing that is limited. */
  child(): FastifyRateLimitStore {
    return new RateCounts();
  }

  #forget(now: number): void {
    for (const [key, { endsAt }] of this.#counts) {
      if (endsAt > now && this.#counts.size <= MAX_COUNTED) return;
      this.#counts.delete(key);
    }
  }
}
