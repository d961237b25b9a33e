import { invariant } from '../../domain/invariant.js';

const MINUTE_MS = 60_000;

/**
 * How often something may be done: `burst` times in each window of `burst / perMinute` minutes, which begins with the
 * first use. So nobody exceeds `perMinute` over many windows, and no more than twice `burst` can meet at the end of one
 * window and the beginning of the next.
 */
export interface Rate {
  readonly perMinute: number;
  /** How often at once. */
  readonly burst: number;
}

/**
 * What is counted, each kind by itself, and its rate unless the settings say otherwise. An event that clients send is
 * counted under its own name. Whoever exceeds one of these rates is told so in words; a handshake that also exceeds
 * `refused_handshake` gets no connection to be told on.
 */
export const DEFAULT_RATES = {
  send_message: { perMinute: 60, burst: 10 },
  // A device that comes back joins all of its consultations at once.
  join_consultation: { perMinute: 120, burst: 100 },
  typing: { perMinute: 120, burst: 20 },
  get_messages: { perMinute: 120, burst: 40 },
  mark_read: { perMinute: 120, burst: 40 },
  // By the event, or by a handshake that is tried again on the same connection.
  authenticate: { perMinute: 10, burst: 5 },
  invalid_request: { perMinute: 60, burst: 30 },
  handshake: { perMinute: 600, burst: 600 },
  refused_handshake: { perMinute: 60, burst: 20 },
  // HTTP requests of an address of which nobody knows who makes them.
  failed_sign_in: { perMinute: 30, burst: 30 },
} as const satisfies Readonly<Record<string, Rate>>;

export type RateKind = keyof typeof DEFAULT_RATES;
export type Rates = Readonly<Record<RateKind, Rate>>;

export const RATE_KINDS = Object.keys(DEFAULT_RATES) as readonly RateKind[];

export type Take =
  | { readonly outcome: 'taken' }
  /** After `retryAfterMs`, a whole number of at least `MIN_PAUSE_MS`, the key may go on. */
  | { readonly outcome: 'limited'; readonly retryAfterMs: number };

/**
 * The shortest pause that is asked for, in ms: what was sent right behind a refused message, before its sender could
 * know, is refused as well, so that a sender who repeats from the refused one on keeps the order.
 */
export const MIN_PAUSE_MS = 1_000;

/** Counts how often each key does something, and refuses what exceeds the rates that it was made with. */
export interface RateLimiter {
  /**
   * Counts one more use of the key. Being refused costs nothing: whoever waits as told passes then, however often they
   * asked meanwhile.
   *
   * @param key who does it. Keys of one kind share nothing with those of another.
   */
  take(kind: RateKind, key: string): Promise<Take>;
  /** Keys that are remembered now. Never more than the limiter's own cap. */
  held(): number;
}

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
