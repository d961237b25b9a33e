/** Work that goes on after whoever has caused it has been answered. */
export interface Background {
  /** @param failed is called with the reason if the work fails. */
  goOn(work: Promise<void>, failed: (error: unknown) => void): void;
  /** Resolves when everything that was begun is done. */
  settled(): Promise<void>;
}

export function createBackground(): Background {
  const inFlight = new Set<Promise<void>>();
  return {
    goOn: (work, failed) => {
      const done = work.catch(failed).finally(() => inFlight.delete(done));
      inFlight.add(done);
    },
    settled: async () => {
      while (inFlight.size > 0) await Promise.all(inFlight);
    },
  };
}
