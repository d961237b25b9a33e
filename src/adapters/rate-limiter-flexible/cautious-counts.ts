import type { Logger } from '../../application/ports/logger.js';
import type { Metrics } from '../../application/ports/metrics.js';
import type { SharedCounts } from '../../application/ports/shared-counts.js';
import { MINUTE_MS } from '../../domain/instant.js';

/** How long to wait for the engine, in ms. After that the process's own count decides. */
export const ANSWER_LIMIT_MS = 250;
/** How long the engine is not asked after a failure, in ms. */
export const PAUSE_MS = 2_000;
/** The most questions that may be unanswered; further ones are not asked. */
export const MAX_UNANSWERED = 2_000;
/** A refusal of the engine is logged once in this time, in ms. */
const TOLD_FOR_MS = MINUTE_MS;

export interface CautiousCountsOptions {
  /** It may fail, and its answer may take any time. */
  readonly engine: SharedCounts;
  /** Whether no other process is known. Then there is nothing to count together. */
  isAlone(): boolean;
  readonly metrics: Metrics;
  readonly logger: Pick<Logger, 'warn'>;
  /** The code with which the engine says no; null for an error that says only that it cannot be asked. */
  refusalOf(error: unknown): string | null;
}

/** The counts of a process that has nobody to count with. */
export const NO_SHARED_COUNTS: SharedCounts = {
  use: () => Promise.resolve(null),
  hold: () => Promise.resolve(null),
};

/** Asks an engine as long as it answers quickly. If it does not, each process applies the limit by itself. */
export function createCautiousCounts(options: CautiousCountsOptions): SharedCounts {
  const { engine, isAlone, metrics, logger, refusalOf } = options;
  let pausedUntil = 0;
  let unanswered = 0;
  let toldAt = Number.NEGATIVE_INFINITY;

  function refused(error: unknown): null {
    const code = refusalOf(error);
    const now = performance.now();
    if (code !== null && now - toldAt >= TOLD_FOR_MS) {
      toldAt = now;
      logger.warn('shared_counts.refused', { code });
    }
    return failed();
  }

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
      .catch(refused)
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
