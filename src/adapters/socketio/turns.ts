/** The order in which what one connection sent takes effect, where one request builds on another. */
export interface Turns {
  /** Runs the task when all that came before have finished. */
  run<Result>(task: () => Promise<Result>): Promise<Result>;
  /** What is under way now; null when nothing is, so that nobody waits for nothing. */
  underWay(): Promise<unknown> | null;
}

export function createTurns(): Turns {
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
    underWay: () => last,
  };
}
