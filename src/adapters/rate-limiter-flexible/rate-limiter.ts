import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import {
  limitedFor,
  MIN_PAUSE_MS,
  RATE_KINDS,
  type Rate,
  type RateKind,
  type RateLimiter,
  type Rates,
  type Take,
  windowMsOf,
} from '../../application/ports/rate-limiter.js';
import { SECOND_MS } from '../../domain/instant.js';

/** How many keys of each kind are remembered. Beyond that the oldest is forgotten, and begins at nothing again. */
export const MAX_KEYS_PER_KIND = 20_000;

const TAKEN: Take = { outcome: 'taken' };

/**
 * Counts in the memory of this process. Another process on the same database counts for itself, and a restart forgets
 * everything. The library reads the wall clock and sets timers of its own. A key takes memory for one window only.
 */
export function createRateLimiterFlexible(rates: Rates, maxKeys: number = MAX_KEYS_PER_KIND): RateLimiter {
  const counters = Object.fromEntries(
    RATE_KINDS.map((kind) => [kind, createCounter(rates[kind], maxKeys)]),
  ) as Readonly<Record<RateKind, Counter>>;
  return {
    take: (kind, key) => counters[kind].take(key),
    held: () => RATE_KINDS.reduce((sum, kind) => sum + counters[kind].held(), 0),
  };
}

interface Counter {
  take(key: string): Promise<Take>;
  held(): number;
}

function createCounter(rate: Rate, maxKeys: number): Counter {
  const windowMs = windowMsOf(rate);
  const limiter = new RateLimiterMemory({
    points: rate.burst,
    duration: windowMs / SECOND_MS,
    keyPrefix: '',
  });
  /** When each key is forgotten, in ms on the monotonic clock. The oldest is first, as all windows have one length. */
  const forgottenAt = new Map<string, number>();

  function remember(key: string, ms: number): void {
    forgottenAt.delete(key);
    forgottenAt.set(key, performance.now() + ms);
  }

  function forget(): void {
    const now = performance.now();
    for (const [key, at] of forgottenAt) {
      if (at > now && forgottenAt.size <= maxKeys) return;
      forgottenAt.delete(key);
      // The library itself has forgotten a key whose window is over.
      if (at > now) void limiter.delete(key);
    }
  }

  async function limited(key: string, { consumedPoints, msBeforeNext }: RateLimiterRes): Promise<Take> {
    const isFirst = consumedPoints === rate.burst + 1;
    if (!isFirst || msBeforeNext >= MIN_PAUSE_MS) return limitedFor(msBeforeNext, rate);
    remember(key, MIN_PAUSE_MS);
    await limiter.block(key, MIN_PAUSE_MS / SECOND_MS);
    return limitedFor(MIN_PAUSE_MS, rate);
  }

  return {
    // This adds only one promise to the library's answer, because every message comes through here.
    take: (key) =>
      limiter.consume(key).then(
        ({ isFirstInDuration }) => {
          if (isFirstInDuration) {
            remember(key, windowMs);
            forget();
          }
          return TAKEN;
        },
        (refusal: unknown) => {
          if (refusal instanceof RateLimiterRes) return limited(key, refusal);
          throw refusal;
        },
      ),
    held: () => {
      forget();
      return forgottenAt.size;
    },
  };
}
