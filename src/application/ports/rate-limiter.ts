import { invariant } from '../../domain/invariant.js';

const MINUTE_MS = 60_000;

/**
 * How often something may be done: `burst` times in each window of `burst / perMinute` minutes. A window begins with
 * the first use. So over many windows nobody exceeds `perMinute`, and no more than twice `burst` can meet at the end
 * of one window and the beginning of the next.
 */
export interface Rate {
  readonly perMinute: number;
  /** How often it may be done at once. */
  readonly burst: number;
}

/**
 * The kinds of things that are counted, each with its rate unless the settings say otherwise. An event that clients
 * send is counted under its own name. Whoever exceeds a rate is told so. Only a handshake that also exceeds
 * `refused_handshake` is not, because it gets no connection.
 */
export const DEFAULT_RATES = {
  send_message: { perMinute: 60, burst: 10 },
  // A device that comes back joins all of its consultations at once.
  join_consultation: { perMinute: 120, burst: 100 },
  typing: { perMinute: 120, burst: 20 },
  get_messages: { perMinute: 120, burst: 40 },
  mark_read: { perMinute: 120, burst: 40 },
  // Counts the `authenticate` event, and handshakes that are repeated on the same connection.
  authenticate: { perMinute: 10, burst: 5 },
  invalid_request: { perMinute: 60, burst: 30 },
  handshake: { perMinute: 600, burst: 600 },
  refused_handshake: { perMinute: 60, burst: 20 },
  // Counts HTTP requests of an address that came without valid credentials.
  failed_sign_in: { perMinute: 30, burst: 30 },
} as const satisfies Readonly<Record<string, Rate>>;

export type RateKind = keyof typeof DEFAULT_RATES;
export type Rates = Readonly<Record<RateKind, Rate>>;

export const RATE_KINDS = Object.keys(DEFAULT_RATES) as readonly RateKind[];

export type Take =
  | { readonly outcome: 'taken' }
  /** The key may go on after `retryAfterMs`, a whole number of at least `MIN_PAUSE_MS`. */
  | { readonly outcome: 'limited'; readonly retryAfterMs: number };

/**
 * The shortest pause that is asked for, in ms. Messages that were sent right after a refused one, before their sender
 * could know, are refused as well. A sender who repeats from the refused one on therefore keeps the order.
 */
export const MIN_PAUSE_MS = 1_000;

/** Counts how often each key does something, and refuses every use that exceeds the rates it was made with. */
export interface RateLimiter {
  /**
   * Counts one more use of the key. A refused use costs nothing, so a caller who waits as told passes then, however
   * often they have asked meanwhile.
   *
   * @param key who uses it. Keys of one kind have nothing to do with those of another.
   */
  take(kind: RateKind, key: string): Promise<Take>;
  /** How many keys are remembered now; never more than the limiter's own cap. */
  held(): number;
}

/** The length of a window, in whole ms. */
export function windowMsOf({ perMinute, burst }: Rate): number {
  invariant(perMinute > 0 && burst > 0, 'a rate allows something');
  return Math.ceil((burst * MINUTE_MS) / perMinute);
}

/** @param remainingMs the time until the window ends. */
export function limitedFor(remainingMs: number, rate: Rate): Take {
  // The clock may have been set back in the middle of a window.
  const longest = Math.max(MIN_PAUSE_MS, windowMsOf(rate));
  return { outcome: 'limited', retryAfterMs: Math.min(longest, Math.max(1, Math.ceil(remainingMs))) };
}
