import {
  limitedFor,
  MIN_PAUSE_MS,
  type RateKind,
  type RateLimiter,
  type Rates,
  type Take,
  windowMsOf,
} from '../../application/ports/rate-limiter.js';
import type { SharedCounts } from '../../application/ports/shared-counts.js';

/**
 * The kinds that are counted over all processes. Each process counts the others by itself, so that no message waits for
 * an engine before it is stored.
 */
const SHARED_KINDS: ReadonlySet<RateKind> = new Set(['handshake', 'failed_sign_in']);
/** How many limited keys are remembered. Beyond that the oldest is forgotten, and the engine is asked for it again. */
const MAX_BLOCKED = 20_000;

const TAKEN: Take = { outcome: 'taken' };

export interface SharedRateLimiterOptions {
  readonly rates: Rates;
  /** Counts everything, and decides if there is no shared count. */
  readonly own: RateLimiter;
  readonly shared: SharedCounts;
}

/**
 * Applies some limits to all processes together. A key that was refused is refused without asking again until its pause
 * is over, so that a flood costs the engine no more than its first part.
 */
export function createSharedRateLimiter({ rates, own, shared }: SharedRateLimiterOptions): RateLimiter {
  const blocked = createBlockedKeys();

  async function takeShared(kind: RateKind, key: string): Promise<Take> {
    const rate = rates[kind];
    const sharedKey = `${kind}:${key}`;
    const ownTake = await own.take(kind, key);
    const blockedForMs = blocked.remainingMs(sharedKey);
    if (blockedForMs > 0) return limitedFor(blockedForMs, rate);
    const use = await shared.use(sharedKey, windowMsOf(rate));
    if (use === null) return ownTake;
    if (use.count <= rate.burst) return TAKEN;
    const pauseMs = Math.max(use.remainingMs, MIN_PAUSE_MS);
    blocked.add(sharedKey, pauseMs);
    return limitedFor(pauseMs, rate);
  }

  return {
    take: (kind, key) => (SHARED_KINDS.has(kind) ? takeShared(kind, key) : own.take(kind, key)),
    held: own.held,
  };
}

function createBlockedKeys() {
  /** When the pause of each key ends, in ms on the monotonic clock. */
  const until = new Map<string, number>();
  return {
    remainingMs: (key: string): number => {
      const at = until.get(key);
      if (at === undefined) return 0;
      const remaining = at - performance.now();
      if (remaining <= 0) until.delete(key);
      return remaining;
    },
    add: (key: string, ms: number): void => {
      until.delete(key);
      until.set(key, performance.now() + ms);
      const [first] = until.keys();
      if (until.size > MAX_BLOCKED && first !== undefined) until.delete(first);
    },
  };
}
