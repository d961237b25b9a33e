import type { Metrics } from '../../application/ports/metrics.js';
import type { SharedCounts } from '../../application/ports/shared-counts.js';

/** How long to wait for the engine, in ms. After that the process's own count decides. */
export const ANSWER_LIMIT_MS = 250;
/** How long the engine is not asked after a failure, in ms. */
export const PAUSE_MS = 2_000;
/** The most questions that may be unanswered; further ones are not asked. */
export const MAX_UNANSWERED = 2_000;

export interface CautiousCountsOptions {
  /** It may fail, and its answer may take any time. */
  readonly engine: SharedCounts;
  /** Whether no other process is known. Then there is nothing to count together. */
  isAlone(): boolean;
  readonly metrics: Metrics;
}

/** The counts of a process that has nobody to count with. */
export const NO_SHARED_COUNTS: SharedCounts = {
  use: () => Promise.resolve(null),
  hold: () => Promise.resolve(null),
};

/** Asks an engine as long as it answers quickly. If it does not, each process applies the limit by itself. */
export function createCautiousCounts({ engine, isAlone, metrics }: CautiousCountsOptions): SharedCounts {
  let pausedUntil = 0;
  let unanswered = 0;

  function failed(): null {
    metrics.count('shared_counts_missed_total');
    pausedUntil = performance.now() + PAUSE_MS;
    return null;
  }

  async function ask<Answer>(question: () => Promise<Answer | null>): Promise<Answer | null> {
    if (isAlone()) return null;
    if (unanswered >= MAX_UNANSWERED || performance.now() < pausedUntil) {
      metrics.count('shared_counts_missed_total');
      return null;
    }
    unanswered += 1;
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(failed()), ANSWER_LIMIT_MS);
    });
    const answer = question()
      .catch(failed)
      .finally(() => {
        unanswered -= 1;
        clearTimeout(timer);
      });
    return Promise.race([answer, tooLate]);
  }

  return {
    use: (key, windowMs) => ask(() => engine.use(key, windowMs)),
    hold: (key, held) => ask(() => engine.hold(key, held)),
  };
}
