/** The number of starts in a row that may end before the worker listens. After that, another start would not help. */
export const MAX_FAILED_STARTS = 5;
/** The pause between the end of a worker and the start of the next one, in ms. Each start that fails doubles it. */
const BASE_PAUSE_MS = 100;
const MAX_PAUSE_MS = 5_000;

/** Decides whether and when another worker is started in the place of one that has ended. */
export interface Restarts {
  listened(worker: number): void;
  /** @returns the ms until the next start; null if there is to be none. */
  ended(worker: number, hadListened: boolean): number | null;
}

export function createRestarts(): Restarts {
  const failures = new Map<number, number>();
  return {
    listened: (worker) => {
      failures.delete(worker);
    },
    ended: (worker, hadListened) => {
      const count = hadListened ? 0 : (failures.get(worker) ?? 0) + 1;
      failures.set(worker, count);
      return count >= MAX_FAILED_STARTS ? null : Math.min(MAX_PAUSE_MS, BASE_PAUSE_MS * 2 ** count);
    },
  };
}
