import type { Clock } from '../ports/clock.js';
import type { ConsultationQueries, DueConsultation } from '../ports/consultation-queries.js';
import type { Actor } from '../ports/event-store.js';
import type { Logger } from '../ports/logger.js';
import { type ExpireConsultation, type Expired, isOverloaded } from './expire-consultation.js';

/**
 * How many consultations are read and deactivated together. They share the way to the store with messages, so a
 * message that arrives meanwhile waits behind no more than these, and half of each batch is left for messages.
 */
export const MAX_EXPIRING_AT_ONCE = 160;
/**
 * After so many failures in a row, the sweep gives up until the next one. It begins with pages of this size, and
 * doubles them after each page that goes well.
 */
const MAX_FAILURES_IN_A_ROW = 5;
/**
 * How many consultations that cannot be deactivated are remembered, so that the log names each of them once and not
 * in every sweep.
 */
const MAX_REMEMBERED_STUCK = 100;
const SWEEPER: Actor = { kind: 'system', id: 'expiry-sweep' };

/**
 * Runs one sweep, which deactivates every consultation whose `expiresAt` has passed, whether or not anybody is
 * connected.
 *
 * @returns how many were deactivated.
 */
export type ExpireConsultations = () => Promise<number>;

export interface ExpireConsultationsDependencies {
  readonly queries: ConsultationQueries;
  readonly expireConsultation: ExpireConsultation;
  readonly clock: Clock;
  readonly logger: Logger;
}

type Settled = PromiseSettledResult<Expired>;

export function createExpireConsultations(
  dependencies: ExpireConsultationsDependencies,
): ExpireConsultations {
  const { queries, expireConsultation, clock, logger } = dependencies;
  /** The ids that the previous sweep could not deactivate, each with whether the log has named it. */
  let stuckBefore: ReadonlyMap<string, boolean> = new Map();

  /**
   * Deactivates what is due when the sweep begins. What becomes due later is left to the next sweep, so that this one
   * ends.
   */
  async function sweep(stuck: Map<string, boolean>): Promise<number> {
    const now = clock.now();
    let expired = 0;
    let after: DueConsultation | null = null;
    let limit = MAX_FAILURES_IN_A_ROW;
    for (;;) {
      const due: readonly DueConsultation[] = await queries.dueForExpiry(now, limit, after);
      const settled = await Promise.allSettled(
        due.map(({ consultationId }) => expireConsultation(consultationId, SWEEPER)),
      );
      const count = judge(due, settled, stuck);
      expired += count.expired;
      const last: DueConsultation | undefined = due.at(-1);
      // Each page begins behind the one before, so no consultation is tried twice, whatever has become of it.
      if (count.isGivenUp || last === undefined || due.length < limit || isSameDue(last, after))
        return expired;
      after = last;
      limit = Math.min(2 * limit, MAX_EXPIRING_AT_ONCE);
    }
  }

  /**
   * Counts and logs the outcomes of a page.
   *
   * @throws what the last of too many failures in a row threw.
   */
  function judge(
    due: readonly DueConsultation[],
    settled: readonly Settled[],
    stuck: Map<string, boolean>,
  ): { readonly expired: number; readonly isGivenUp: boolean } {
    const givenUpAt = endOfTooManyFailures(settled);
    let expired = 0;
    for (const [index, result] of settled.entries()) {
      const { consultationId = '' } = due[index] ?? {};
      if (result.status === 'rejected') {
        // A consultation that cannot be deactivated must not keep those after it active.
        if (index < givenUpAt) logger.error('expiry.failed', result.reason, { consultationId });
      } else if (note(consultationId, result.value, stuck)) expired += 1;
    }
    const last = settled[givenUpAt];
    if (last?.status === 'rejected') throw last.reason;
    return { expired, isGivenUp: last !== undefined };
  }

  /** @returns whether the consultation is deactivated. */
  function note(consultationId: string, outcome: Expired, stuck: Map<string, boolean>): boolean {
    const isExpired = outcome.outcome === 'expired';
    if (isExpired) logger.info('consultation.expired', { consultationId });
    else if (!isOverloaded(outcome)) noteStuck(consultationId, stuck);
    return isExpired;
  }

  /**
   * Notes a consultation that was found due and did not expire. It may have been extended or ended since it was
   * found. If two sweeps in a row find it, it has not been.
   */
  function noteStuck(consultationId: string, stuck: Map<string, boolean>): void {
    if (stuck.size >= MAX_REMEMBERED_STUCK || stuck.has(consultationId)) return;
    const isTold = stuckBefore.get(consultationId);
    if (isTold === false) logger.warn('expiry.stuck', { consultationId });
    stuck.set(consultationId, isTold !== undefined);
  }

  return async () => {
    const stuck = new Map<string, boolean>();
    const expired = await sweep(stuck);
    stuckBefore = stuck;
    return expired;
  };
}

/**
 * If the database is gone, every consultation fails.
 *
 * @returns the index of the failure at which this is certain; the length if there is none.
 */
function endOfTooManyFailures(settled: readonly Settled[]): number {
  let inARow = 0;
  const index = settled.findIndex((result) => {
    inARow = hasFailed(result) ? inARow + 1 : 0;
    return inARow === MAX_FAILURES_IN_A_ROW;
  });
  return index === -1 ? settled.length : index;
}

function hasFailed(result: Settled): boolean {
  return result.status === 'rejected' || isOverloaded(result.value);
}

function isSameDue(one: DueConsultation, other: DueConsultation | null): boolean {
  return one.consultationId === other?.consultationId;
}
