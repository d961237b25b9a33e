import { invariant } from '../../domain/invariant.js';
import { MIN_PAUSE_MS, type RateKind, type Take } from '../ports/rate-limiter.js';

const MINUTE_MS = 60_000;

/**
 * How often something may be done: `burst` times in each window of `burst / perMinute` minutes, that begins with the
 * first time. So nobody exceeds `perMinute` over many windows, and no more than twice `burst` can meet at the end of one
 * window and the beginning of the next.
 */
export interface Rate {
  readonly perMinute: number;
  /** At once. */
  readonly burst: number;
}

export type Rates = Readonly<Record<RateKind, Rate>>;

/** What is refused beyond these is told so in words; what comes beyond `refused_handshake`, too, in no words at all. */
export const DEFAULT_RATES: Rates = {
  message: { perMinute: 60, burst: 10 },
  // A device that comes back joins all of its consultations at once.
  join: { perMinute: 120, burst: 100 },
  typing: { perMinute: 120, burst: 20 },
  read: { perMinute: 120, burst: 40 },
  read_mark: { perMinute: 120, burst: 40 },
  sign_in: { perMinute: 10, burst: 5 },
  invalid_request: { perMinute: 60, burst: 30 },
  handshake: { perMinute: 600, burst: 600 },
  refused_handshake: { perMinute: 60, burst: 20 },
};

/** Whole milliseconds. */
export function windowMsOf({ perMinute, burst }: Rate): number {
  invariant(perMinute > 0 && burst > 0, 'a rate allows something');
  return Math.ceil((burst * MINUTE_MS) / perMinute);
}

/** @param remainingMs until the window ends. */
export function limitedFor(remainingMs: number, rate: Rate): Take {
  // The clock may have been set back in the middle of a window.
  const longest = Math.max(MIN_PAUSE_MS, windowMsOf(rate));
  return { outcome: 'limited', retryAfterMs: Math.min(longest, Math.max(1, Math.ceil(remainingMs))) };
}
