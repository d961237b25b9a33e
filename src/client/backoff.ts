import { createTimer, type Environment } from './environment.js';
import { BASE_DELAY_MS, MAX_DELAY_MS, MAX_RETRY_AFTER_MS } from './limits.js';

/**
 * How long to wait before repeat number `attempt` (from 0), in ms. The wait doubles up to a ceiling, and half of it is
 * left to chance, so that many who failed together do not come back together. It is never shorter than the server asked
 * for.
 *
 * @param random at least 0, less than 1.
 */
export function backoffDelay(attempt: number, random: number, retryAfterMs = 0): number {
  const ceiling = Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** Math.min(attempt, 30));
  const own = Math.round(ceiling * (0.5 + random / 2));
  if (!(retryAfterMs > 0)) return own;
  return Math.min(MAX_RETRY_AFTER_MS, retryAfterMs) + Math.round(own * random);
}

/** Repeats something later, with a longer wait each time. */
export interface Retry {
  later(run: () => void, retryAfterMs?: number): void;
  isWaiting(): boolean;
  /** Called when it has worked. The next delay is the shortest again. */
  reset(): void;
  cancel(): void;
}

export function createRetry(environment: Environment): Retry {
  const timer = createTimer(environment);
  let attempt = 0;
  return {
    later: (run, retryAfterMs) => {
      timer.start(backoffDelay(attempt, environment.random(), retryAfterMs), run);
      attempt += 1;
    },
    isWaiting: timer.isRunning,
    reset: () => {
      attempt = 0;
    },
    cancel: timer.cancel,
  };
}
