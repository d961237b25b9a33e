/** Counts the requests in flight, so that closing can wait for them. */
export interface InFlight {
  began(): void;
  ended(): void;
  count(): number;
  /** Resolves when nothing is in flight, or after `limitMs`. */
  settled(limitMs: number): Promise<void>;
}

export function createInFlight(): InFlight {
  let count = 0;
  const whenNone = new Set<() => void>();
  return {
    began: () => {
      count += 1;
    },
    ended: () => {
      count -= 1;
      if (count > 0) return;
      for (const tell of whenNone) tell();
      whenNone.clear();
    },
    count: () => count,
    settled: async (limitMs) => {
      if (count === 0) return;
      let limit: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        limit = setTimeout(resolve, limitMs);
        whenNone.add(resolve);
      });
      clearTimeout(limit);
    },
  };
}
