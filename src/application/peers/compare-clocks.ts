import { type Instant, SECOND_MS } from '../../domain/instant.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import type { Metrics } from '../ports/metrics.js';

/** People notice a larger difference (ms), because consultations expire early or late and messages show a wrong time. */
export const MAX_CLOCK_DIFFERENCE_MS = 2 * SECOND_MS;
/** A clock that differed must come closer than this (ms) to agree again, so that a clock near the limit is logged only once. */
export const AGREED_CLOCK_DIFFERENCE_MS = SECOND_MS;

/** Compares the clock of this process with the database's, which all processes share. Never rejects. */
export type CompareClocks = () => Promise<void>;

export interface CompareClocksDependencies {
  readonly clock: Clock;
  /** Asks for the time by the database's clock. It may reject, and may take long. */
  readonly databaseNow: () => Promise<Instant>;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * The database reads its clock at some moment between the question and the answer. So its time is compared with the middle of
 * the two, which may be wrong by half of the time in between. A difference is logged only if it is certain in spite of that, and
 * only when it begins or ends.
 */
export function createCompareClocks(dependencies: CompareClocksDependencies): CompareClocks {
  const { clock, databaseNow, logger, metrics } = dependencies;
  let aheadMs = 0;
  let isDifferent = false;
  metrics.gauge('clock_ahead_ms', () => aheadMs);

  function judge(uncertaintyMs: number): void {
    const difference = Math.abs(aheadMs);
    if (!isDifferent && difference - uncertaintyMs > MAX_CLOCK_DIFFERENCE_MS) {
      isDifferent = true;
      logger.warn('clock.differs', { aheadMs });
    } else if (isDifferent && difference + uncertaintyMs < AGREED_CLOCK_DIFFERENCE_MS) {
      isDifferent = false;
      logger.info('clock.agrees', { aheadMs });
    }
  }

  return async () => {
    const askedAt = clock.now();
    // If the database does not answer, others who need it more will log that.
    const there = await databaseNow().catch(() => null);
    if (there === null) return;
    const uncertaintyMs = (clock.now() - askedAt) / 2;
    // The clock was set back meanwhile, so this comparison says nothing.
    if (uncertaintyMs < 0) return;
    aheadMs = Math.round(askedAt + uncertaintyMs - there);
    judge(uncertaintyMs);
  };
}
