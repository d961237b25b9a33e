import type { Logger } from '../ports/logger.js';
import type { Metrics } from '../ports/metrics.js';

/** Processes that serve the same database, and that this one does not hear of. */
export interface Unheard {
  /** @param serving how many processes serve the database by its own account, this one included. */
  counted(serving: number): void;
  /** Whether there are any. */
  areThere(): boolean;
}

export interface UnheardDependencies {
  /** How many others this process knows of. */
  readonly known: () => number;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * Whoever starts, or has just died, is counted a little before or after it is known here. So only those count that are
 * unheard of twice in a row. A process may have another link, after a mistake in its settings or in the middle of a change of
 * them. Then neither it nor this one would ever notice that it misses something.
 */
export function createUnheard({ known, logger, metrics }: UnheardDependencies): Unheard {
  let before = 0;
  let unheard = 0;
  metrics.gauge('peers_unheard', () => unheard);
  return {
    counted: (serving) => {
      const now = Math.max(0, serving - 1 - known());
      const lasting = Math.min(before, now);
      if (unheard === 0 && lasting > 0) logger.warn('peers.unheard', { unheard: lasting, serving });
      if (unheard > 0 && lasting === 0) logger.info('peers.all_heard', { serving });
      before = now;
      unheard = lasting;
    },
    areThere: () => unheard > 0,
  };
}
