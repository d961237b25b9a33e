import { type ConsultationContext, viewOf } from '../lookup/consultation-context.js';
import type { Broadcaster } from '../ports/broadcaster.js';
import type { Logger } from '../ports/logger.js';
import type { Attendance } from './attendance.js';
import type { AvailabilityNotices } from './availability-notices.js';
import { createBackground } from './background.js';
import type { TellRenames } from './tell-renames.js';
import type { ToldNames } from './told-names.js';

/**
 * Tells those present of a change that has been stored. Telling begins at once and may go on after whoever made the
 * change has been answered: that answer says only that the change is stored.
 */
export interface TellChanges {
  /** Sends `consultation_updated`; if the consultation takes messages again, also whether the doctor is on duty. */
  consultationChanged(context: ConsultationContext): void;
  /**
   * Whether the room has yet to be told the status of the consultation, when it expires or, while it is open, the names
   * of its two people. Either it is about to be told, or nobody has told it, because the store's answer to the change got
   * lost or another process made the change. A room with nobody present is never behind.
   */
  isBehind(context: ConsultationContext): boolean;
  /** Called when the doctor's schedule has changed, and with it perhaps whether the doctor is on duty. */
  scheduleChanged(doctorId: string): void;
  /** Tells the doctor's new name in their open consultations, as `consultation_updated`. */
  doctorRenamed(doctorId: string): void;
  patientRenamed(patientId: string): void;
  /** Resolves when everything that was begun has been told. */
  settled(): Promise<void>;
}

export interface TellChangesDependencies {
  readonly attendance: Attendance;
  readonly broadcaster: Broadcaster;
  readonly notices: AvailabilityNotices;
  readonly renames: TellRenames;
  readonly toldNames: ToldNames;
  readonly logger: Logger;
}

export function createTellChanges(dependencies: TellChangesDependencies): TellChanges {
  const { attendance, broadcaster, notices, renames, toldNames, logger } = dependencies;
  const background = createBackground();

  function tellAvailability(telling: Promise<void> | undefined, doctorId: string): void {
    if (telling === undefined) return;
    background.goOn(telling, (error) => logger.error('availability.failed', error, { doctorId }));
  }

  function tellRename(telling: Promise<void>, who: Readonly<Record<string, string>>): void {
    background.goOn(telling, (error) => logger.error('renaming.failed', error, who));
  }

  return {
    consultationChanged: ({ consultation, parties }) => {
      const { consultationId, doctorId } = consultation;
      const view = viewOf(consultation, parties);
      toldNames.set(consultationId, parties);
      broadcaster.publish(consultationId, { type: 'consultation_updated', consultation: view });
      tellAvailability(notices.consultationChanged(consultation), doctorId);
    },
    isBehind: ({ consultation, parties }) => {
      const { consultationId, status, expiresAt } = consultation;
      const room = attendance.room(consultationId);
      if (room === undefined) return false;
      if (room.told.status !== status || room.told.expiresAt !== expiresAt) return true;
      return status === 'open' && toldNames.isBehind(consultationId, parties);
    },
    scheduleChanged: (doctorId) => tellAvailability(notices.announceIfChanged(doctorId), doctorId),
    doctorRenamed: (doctorId) => tellRename(renames.doctor(doctorId), { doctorId }),
    patientRenamed: (patientId) => tellRename(renames.patient(patientId), { patientId }),
    settled: background.settled,
  };
}
