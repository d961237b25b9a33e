/** What is counted, each by itself. */
export const RATE_KINDS = [
  'message',
  'join',
  'typing',
  'read',
  'read_mark',
  'sign_in',
  'invalid_request',
  'handshake',
  'refused_handshake',
] as const;

export type RateKind = (typeof RATE_KINDS)[number];

export type Take =
  | { readonly outcome: 'taken' }
  /** After `retryAfterMs`, a whole number of at least `MIN_PAUSE_MS`, the key may go on. */
  | { readonly outcome: 'limited'; readonly retryAfterMs: number };

/**
 * The shortest pause that is asked for, in ms: what was sent right behind a refused message, before its sender could
 * know, is refused as well, so that a sender who repeats from the refused one on keeps the order.
 */
export const MIN_PAUSE_MS = 1_000;

/** Counts who does what how often, within the rates it was made with. */
export interface RateLimiter {
  /**
   * Does it once more. Being refused costs nothing: who is told to wait and does so passes then, however often they
   * asked meanwhile.
   *
   * @param key whose doing it is. Those of one kind share nothing with those of another.
   */
  take(kind: RateKind, key: string): Promise<Take>;
  /** Keys that are remembered now. Never more than the limiter's own cap. */
  held(): number;
}
