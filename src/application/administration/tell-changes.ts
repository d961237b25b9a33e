import { type ConsultationContext, viewOf } from '../lookup/consultation-context.js';
import type { Broadcaster } from '../ports/broadcaster.js';
import type { Logger } from '../ports/logger.js';
import type { AvailabilityNotices } from '../room/availability-notices.js';

/**
 * Tells those present of a change that has been stored. It begins at once, and what takes longer goes on behind the answer
 * to whoever made the change: what they are told is that it is stored.
 */
export interface TellChanges {
  /** `consultation_updated`; and where it takes messages again, how it stands with the doctor. */
  consultation(context: ConsultationContext): void;
  /** The doctor's schedule has changed, and so may have whether they are on duty. */
  doctor(doctorId: string): void;
  /** Resolves when everything that was begun has been told. */
  settled(): Promise<void>;
}

export interface TellChangesDependencies {
  readonly broadcaster: Broadcaster;
  readonly notices: AvailabilityNotices;
  readonly logger: Logger;
}

export function createTellChanges({ broadcaster, notices, logger }: TellChangesDependencies): TellChanges {
  const underWay = new Set<Promise<void>>();

  function goOnBehind(telling: Promise<void> | undefined, doctorId: string): void {
    if (telling === undefined) return;
    const told = telling
      .catch((error: unknown) => logger.error('availability.failed', error, { doctorId }))
      .finally(() => underWay.delete(told));
    underWay.add(told);
  }

  return {
    consultation: ({ consultation, parties }) => {
      const { consultationId, doctorId } = consultation;
      const view = viewOf(consultation, parties);
      broadcaster.publish(consultationId, { type: 'consultation_updated', consultation: view });
      goOnBehind(notices.consultationChanged(consultation), doctorId);
    },
    doctor: (doctorId) => goOnBehind(notices.reconsider(doctorId), doctorId),
    settled: async () => {
      await Promise.all(underWay);
    },
  };
}
