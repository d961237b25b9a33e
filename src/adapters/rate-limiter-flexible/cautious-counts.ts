import type { Metrics } from '../../application/ports/metrics.js';
import type { SharedCounts } from '../../application/ports/shared-counts.js';

/** Whoever asks waits no longer than this, in ms: then the process's own count decides. */
export const ANSWER_LIMIT_MS = 250;
/** After a failure nobody is asked for so long, in ms. */
export const PAUSE_MS = 2_000;
/** Questions without an answer yet; further ones are not asked. */
export const MAX_UNANSWERED = 2_000;

export interface CautiousCountsOptions {
  /** May fail, and take its time. */
  readonly engine: SharedCounts;
  /** Whether no other process is known: then there is nothing to count together. */
  isAlone(): boolean;
  readonly metrics: Metrics;
}

/** For a process that has nobody to count with. */
export const NO_SHARED_COUNTS: SharedCounts = {
  use: () => Promise.resolve(null),
  hold: () => Promise.resolve(null),
};

/** Asks an engine as long as it answers, and soon. A limit that cannot be counted together is one of each process. */
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
