import type { Clock } from '../../application/ports/clock.js';
import {
  limitedFor,
  MIN_PAUSE_MS,
  type RateLimiter,
  type Rates,
  type Take,
  windowMsOf,
} from '../../application/ports/rate-limiter.js';
import type { Instant } from '../../domain/instant.js';

const TAKEN: Take = { outcome: 'taken' };

/** Refuses nothing and remembers nobody. For measurements, and for tests of other things. */
export function createUnlimitedRateLimiter(): RateLimiter {
  return { take: async () => TAKEN, held: () => 0 };
}

interface Window {
  readonly endsAt: Instant;
  readonly used: number;
}

/** Counts by a clock that a test moves. Keys whose window is over are forgotten when `held` is called. */
export function createMemoryRateLimiter(rates: Rates, clock: Clock): RateLimiter {
  const windows = new Map<string, Window>();

  return {
    take: async (kind, key) => {
      const rate = rates[kind];
      const id = `${kind} ${key}`;
      const now = clock.now();
      const open = windows.get(id);
      if (open === undefined || open.endsAt <= now) {
        windows.set(id, { endsAt: now + windowMsOf(rate), used: 1 });
        return TAKEN;
      }
      const used = open.used + 1;
      const isFirstTooMany = used === rate.burst + 1;
      const endsAt = isFirstTooMany ? Math.max(open.endsAt, now + MIN_PAUSE_MS) : open.endsAt;
      windows.set(id, { endsAt, used });
      return used <= rate.burst ? TAKEN : limitedFor(endsAt - now, rate);
    },
    held: () => {
      for (const [id, { endsAt }] of windows) if (endsAt <= clock.now()) windows.delete(id);
      return windows.size;
    },
  };
}
