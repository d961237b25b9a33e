/** Runs one task after the other. */
export interface SerialQueue {
  /** Begins the task when those before it have ended. @returns what it returns. */
  run<Result>(task: () => Promise<Result>): Promise<Result>;
}

export function createSerialQueue(): SerialQueue {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run: (task) => {
      const result = last.then(task);
      last = result.catch(() => {});
      return result;
    },
  };
}
