import type { StreamCache } from './stream-cache.js';
import type { StreamEntry } from './stream-entry.js';

/**
 * How often a command is tried before it is refused as overloaded. Each lost attempt means that another command won.
 * If both parties send all the time through two processes, one of two commands loses each time, and the loser has to
 * read first. With 8 attempts, one message of 150 was given up.
 */
export const MAX_ATTEMPTS = 32;
export const RETRY_AFTER_CONTENTION_MS = 250;

/** Another writer has stored first, so the decision does not count. */
export interface Conflict {
  readonly outcome: 'conflict';
}

type Settled<Outcome> =
  | Exclude<Outcome, Conflict>
  | { readonly outcome: 'overloaded'; readonly retryAfterMs: number };

/**
 * Finds the stream and calls `tryOnce`, and does so again as long as another writer is faster, up to `attemptsLeft`
 * times. If the stream is in memory, `tryOnce` is called at once, and what it throws is thrown.
 */
export function retryConflicts<State, Outcome extends { readonly outcome: string }>(
  cache: StreamCache<State>,
  id: string,
  tryOnce: (entry: StreamEntry<State>) => Promise<Outcome | Conflict>,
  attemptsLeft = MAX_ATTEMPTS,
): Promise<Settled<Outcome>> {
  if (attemptsLeft === 0) {
    return Promise.resolve({ outcome: 'overloaded', retryAfterMs: RETRY_AFTER_CONTENTION_MS });
  }
  const found = cache.find(id);
  const tried = found instanceof Promise ? found.then(tryOnce) : tryOnce(found);
  return tried.then((outcome) =>
    outcome.outcome === 'conflict'
      ? retryConflicts(cache, id, tryOnce, attemptsLeft - 1)
      : (outcome as Exclude<Outcome, Conflict>),
  );
}
