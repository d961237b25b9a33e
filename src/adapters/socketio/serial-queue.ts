/**
 * Runs tasks one at a time, in the order in which they came. One connection's requests that build on one another are
 * such tasks.
 */
export interface SerialQueue {
  /** Runs the task when all that came before have finished. */
  run<Result>(task: () => Promise<Result>): Promise<Result>;
  /** Resolves when the tasks queued now have finished; null when none is queued, so that the caller need not wait. */
  settled(): Promise<unknown> | null;
}

export function createSerialQueue(): SerialQueue {
  let last: Promise<unknown> | null = null;
  return {
    run: (task) => {
      const result = last === null ? task() : last.then(task);
      const settled = result
        .catch(() => undefined)
        .then(() => {
          if (last === settled) last = null;
        });
      last = settled;
      return result;
    },
    settled: () => last,
  };
}
