import type { FastifyRateLimitStore } from '@fastify/rate-limit';

/**
 * How many people or addresses are counted at a time. Beyond that, the oldest window is forgotten, and its owner
 * starts again from zero.
 */
export const MAX_COUNTED = 20_000;

interface Count {
  readonly current: number;
  readonly endsAt: number;
}

/**
 * The store in which `@fastify/rate-limit` counts. The package's own store uses the wall clock, so a clock that is set
 * back by an hour would lock somebody out for an hour. This one uses the monotonic clock, and forgets windows that are
 * over.
 */
export class RateCounts implements FastifyRateLimitStore {
  /** Oldest first, because all windows of a store have the same length. */
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

  /** Makes a store for each route or group that has a limit of its own. */
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
