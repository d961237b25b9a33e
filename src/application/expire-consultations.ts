import type { ChangeConsultation } from './change-consultation.js';
import type { Clock } from './ports/clock.js';
import type { ConsultationQueries } from './ports/consultation-queries.js';
import type { Actor } from './ports/event-store.js';
import type { Logger } from './ports/logger.js';

/** Consultations deactivated between two looks at what is due. */
const PAGE = 200;
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
  return async () => {
    let expired = 0;
    for (;;) {
      const due = await queries.dueForExpiry(clock.now(), PAGE);
      let progressed = 0;
      for (const consultationId of due) {
        const outcome = await changes.expire(consultationId, SWEEPER);
        if (outcome.outcome === 'changed') {
          progressed += 1;
          logger.info('consultation.expired', { consultationId });
        }
      }
      expired += progressed;
      // Without progress another look would find the same ones: what is left waits for the next sweep.
      if (due.length < PAGE || progressed === 0) return expired;
    }
  };
}
