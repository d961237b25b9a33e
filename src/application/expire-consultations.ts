import type { ChangeConsultation } from './change-consultation.js';
import type { Clock } from './ports/clock.js';
import type { ConsultationQueries } from './ports/consultation-queries.js';
import type { Actor } from './ports/event-store.js';
import type { Logger } from './ports/logger.js';

/** Consultations deactivated between two looks at what is due. */
const PAGE = 200;
/** Then the sweep gives up until the next one. */
const MAX_FAILURES_IN_A_ROW = 5;
const SWEEPER: Actor = { kind: 'system', id: 'expiry-sweep' };

/** One sweep: deactivates every consultation whose `expiresAt` has passed, connected or not. @returns how many. */
export type ExpireConsultations = () => Promise<number>;

export interface ExpireConsultationsDependencies {
  readonly queries: ConsultationQueries;
  readonly changes: ChangeConsultation;
  readonly clock: Clock;
  readonly logger: Logger;
}

export function createExpireConsultations(
  dependencies: ExpireConsultationsDependencies,
): ExpireConsultations {
  const { queries, changes, clock, logger } = dependencies;

  /** @returns how many were deactivated. @throws what the last of too many failures in a row threw. */
  async function expireEach(due: readonly string[]): Promise<number> {
    let progressed = 0;
    let failures = 0;
    for (const consultationId of due) {
      try {
        const outcome = await changes.expire(consultationId, SWEEPER);
        failures = 0;
        if (outcome.outcome !== 'changed') continue;
        progressed += 1;
        logger.info('consultation.expired', { consultationId });
      } catch (error) {
        // One that cannot be deactivated must not keep those behind it active; a database that is gone fails for all.
        failures += 1;
        if (failures === MAX_FAILURES_IN_A_ROW) throw error;
        logger.error('expiry.failed', error, { consultationId });
      }
    }
    return progressed;
  }

  return async () => {
    let expired = 0;
    for (;;) {
      const due = await queries.dueForExpiry(clock.now(), PAGE);
      const progressed = await expireEach(due);
      expired += progressed;
      // Without progress another look would find the same ones: what is left waits for the next sweep.
      if (due.length < PAGE || progressed === 0) return expired;
    }
  };
}
