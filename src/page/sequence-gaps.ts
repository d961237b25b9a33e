/**
 * Which `seq` numbers of one consultation are here. They are dense from 1, so a hole is a message that was missed, and
 * everything up to `contiguousUpTo` need not be asked for again.
 */
export interface SequenceGaps {
  /** The `after` of the next request. */
  contiguousUpTo(): number;
  add(seq: number): void;
  /** Something later is here already: what lies between was missed. */
  hasGap(): boolean;
  /** Gives up on everything up to and including `seq`. */
  skipTo(seq: number): void;
  reset(): void;
}

export function createSequenceGaps(): SequenceGaps {
  let reached = 0;
  const ahead = new Set<number>();
  const advance = (): void => {
    while (ahead.delete(reached + 1)) reached += 1;
  };
  return {
    contiguousUpTo: () => reached,
    add(seq) {
      if (seq <= reached) return;
      ahead.add(seq);
      advance();
    },
    hasGap: () => ahead.size > 0,
    skipTo(seq) {
      if (seq <= reached) return;
      reached = seq;
      for (const early of [...ahead]) if (early <= seq) ahead.delete(early);
      advance();
    },
    reset() {
      reached = 0;
      ahead.clear();
    },
  };
}
