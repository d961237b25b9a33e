import { type Instant, SECOND_MS } from '../../domain/instant.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import type { Metrics } from '../ports/metrics.js';

/** Clocks that differ by more (ms) make people notice: consultations expire early or late, and messages show a wrong time. */
export const MAX_CLOCK_DIFFERENCE_MS = 2 * SECOND_MS;
/** A clock that differed agrees again once it differs by less (ms), so that one near the limit is told of once. */
export const AGREED_CLOCK_DIFFERENCE_MS = SECOND_MS;

/** Compares the clock of this process with the one that all processes share, that of the database. Never rejects. */
export type CompareClocks = () => Promise<void>;

export interface CompareClocksDependencies {
  readonly clock: Clock;
  /** The time by the clock of the database. It may fail, and take its time. */
  readonly databaseNow: () => Promise<Instant>;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * The database was asked at some moment between the question and its answer, so the middle of the two is compared, and half of the
 * time that the answer took is how wrong that may be. Only what is certain all the same is told, and only when it has changed.
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
    // That the database does not answer is told by those who need it for more.
    const there = await databaseNow().catch(() => null);
    if (there === null) return;
    const uncertaintyMs = (clock.now() - askedAt) / 2;
    // The clock was set back meanwhile: the next comparison tells.
    if (uncertaintyMs < 0) return;
    aheadMs = Math.round(askedAt + uncertaintyMs - there);
    judge(uncertaintyMs);
  };
}
