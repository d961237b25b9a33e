import { type ConsultationContext, viewOf } from '../lookup/consultation-context.js';
import type { Broadcaster } from '../ports/broadcaster.js';
import type { Logger } from '../ports/logger.js';
import type { AvailabilityNotices } from '../room/availability-notices.js';
import type { TellRenames } from './tell-renames.js';

/**
 * Tells those present of a change that has been stored. It begins at once, and what takes longer goes on behind the answer
 * to whoever made the change: what they are told is that it is stored.
 */
export interface TellChanges {
  /** `consultation_updated`; and where it takes messages again, how it stands with the doctor. */
  consultation(context: ConsultationContext): void;
  /** The doctor's schedule has changed, and so may have whether they are on duty. */
  doctor(doctorId: string): void;
  /** Those in the doctor's open consultations hear the new name, as `consultation_updated`. */
  doctorRenamed(doctorId: string): void;
  patientRenamed(patientId: string): void;
  /** Resolves when everything that was begun has been told. */
  settled(): Promise<void>;
}

export interface TellChangesDependencies {
  readonly broadcaster: Broadcaster;
  readonly notices: AvailabilityNotices;
  readonly renames: TellRenames;
  readonly logger: Logger;
}

export function createTellChanges(dependencies: TellChangesDependencies): TellChanges {
  const { broadcaster, notices, renames, logger } = dependencies;
  const underWay = new Set<Promise<void>>();

  function goOnBehind(telling: Promise<void>): void {
    const told = telling.finally(() => underWay.delete(told));
    underWay.add(told);
  }

  function tellAvailability(telling: Promise<void> | undefined, doctorId: string): void {
    if (telling === undefined) return;
    const failed = (error: unknown) => logger.error('availability.failed', error, { doctorId });
    goOnBehind(telling.catch(failed));
  }

  function tellRename(telling: Promise<void>, who: Readonly<Record<string, string>>): void {
    goOnBehind(telling.catch((error: unknown) => logger.error('renaming.failed', error, who)));
  }

  return {
    consultation: ({ consultation, parties }) => {
      const { consultationId, doctorId } = consultation;
      const view = viewOf(consultation, parties);
      broadcaster.publish(consultationId, { type: 'consultation_updated', consultation: view });
      tellAvailability(notices.consultationChanged(consultation), doctorId);
    },
    doctor: (doctorId) => tellAvailability(notices.reconsider(doctorId), doctorId),
    doctorRenamed: (doctorId) => tellRename(renames.doctor(doctorId), { doctorId }),
    patientRenamed: (patientId) => tellRename(renames.patient(patientId), { patientId }),
    settled: async () => {
      await Promise.all(underWay);
    },
  };
}
