import { MINUTE_MS } from '../../domain/instant.js';

/** The number of starts in a row that may end before the worker listens. After that, another start would not help. */
export const MAX_FAILED_STARTS = 5;
/** The pause between the end of a worker and the start of the next one, in ms. Each that ends early doubles it. */
const BASE_PAUSE_MS = 100;
export const MAX_PAUSE_MS = 5_000;
/** A worker that has served for so long, in ms, has not ended early. */
export const STEADY_MS = MINUTE_MS;

/** When another worker is started in the place of one that has ended. */
export interface Restart {
  readonly pauseMs: number;
  /** Whether so many starts in a row have failed that another one is not likely to help. */
  readonly isHopeless: boolean;
}

/** Decides when another worker is started in the place of one that has ended. */
export interface Restarts {
  /** @param servedMs how long it has served, in ms; null if it did not come to listen. */
  ended(worker: number, servedMs: number | null): Restart;
}

export function createRestarts(): Restarts {
  const failedStarts = new Map<number, number>();
  const earlyEnds = new Map<number, number>();

  function countIf(isSo: boolean, counts: Map<number, number>, worker: number): number {
    const count = isSo ? (counts.get(worker) ?? 0) + 1 : 0;
    counts.set(worker, count);
    return count;
  }

  return {
    ended: (worker, servedMs) => {
      const failed = countIf(servedMs === null, failedStarts, worker);
      const early = countIf(servedMs === null || servedMs < STEADY_MS, earlyEnds, worker);
      return {
        pauseMs: Math.min(MAX_PAUSE_MS, BASE_PAUSE_MS * 2 ** early),
        isHopeless: failed >= MAX_FAILED_STARTS,
      };
    },
  };
}
