import { type ExistingConsultation, openUntil } from '../../domain/consultation/consultation.js';
import { type ConsultationContext, viewOf } from '../lookup/consultation-context.js';
import type { Broadcaster } from '../ports/broadcaster.js';
import type { Logger } from '../ports/logger.js';
import type { Attendance } from './attendance.js';
import type { AvailabilityNotices } from './availability-notices.js';

/**
 * Tells those present of a change that has been stored. It begins at once, and what takes longer goes on behind the answer
 * to whoever made the change: what they are told is that it is stored.
 */
export interface TellChanges {
  /** `consultation_updated`; and where it takes messages again, how it stands with the doctor. */
  consultation(context: ConsultationContext): void;
  /**
   * Whether the room has not heard how long the consultation takes messages: it is about to be told, or the answer of the
   * store got lost, and with it who would have told. Nobody is behind where nobody is present.
   */
  isBehind(consultation: ExistingConsultation): boolean;
  /** The doctor's schedule has changed, and so may have whether they are on duty. */
  doctor(doctorId: string): void;
  /** Resolves when everything that was begun has been told. */
  settled(): Promise<void>;
}

export interface TellChangesDependencies {
  readonly attendance: Attendance;
  readonly broadcaster: Broadcaster;
  readonly notices: AvailabilityNotices;
  readonly logger: Logger;
}

export function createTellChanges(dependencies: TellChangesDependencies): TellChanges {
  const { attendance, broadcaster, notices, logger } = dependencies;
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
    isBehind: (consultation) => {
      const room = attendance.room(consultation.consultationId);
      return room !== undefined && room.openUntil !== openUntil(consultation);
    },
    doctor: (doctorId) => goOnBehind(notices.reconsider(doctorId), doctorId),
    settled: async () => {
      await Promise.all(underWay);
    },
  };
}
