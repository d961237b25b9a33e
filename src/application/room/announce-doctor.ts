import { isOpenForMessages } from '../../domain/consultation/consultation.js';
import type { DoctorState } from '../../domain/doctor/doctor.js';
import type { Instant } from '../../domain/instant.js';
import type { Broadcaster } from '../ports/broadcaster.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import type { DoctorHandler } from '../streams/stream-handlers.js';
import type { Alarm } from './alarm.js';
import type { Attendance } from './attendance.js';
import { doctorNotice, dutyStatusAt } from './doctor-notice.js';
import { type DoctorWatch, type DoctorWatches, isCoveredByEdge, update } from './doctor-watch.js';
import type { YieldWhenDue } from './yield-when-due.js';

/**
 * Compares a doctor's availability with what was told last, and tells the doctor's rooms about a change. On a tick it
 * also repeats that the doctor is on duty. It returns a promise only when it has to wait: if the doctor's state is
 * not in memory, or if there is something to tell. For ten thousand doctors, a promise each would cost more than the
 * comparison.
 */
export type AnnounceDoctor = (doctorId: string, reason: 'change' | 'tick') => Promise<void> | undefined;

export interface AnnounceDoctorDependencies {
  readonly attendance: Attendance;
  readonly doctors: DoctorHandler;
  readonly watches: DoctorWatches;
  /** Rings at the doctor's next opening or closing. */
  readonly alarm: Alarm;
  readonly broadcaster: Broadcaster;
  readonly clock: Clock;
  readonly yieldWhenDue: YieldWhenDue;
  readonly logger: Logger;
}

export function createAnnounceDoctor(dependencies: AnnounceDoctorDependencies): AnnounceDoctor {
  const { attendance, doctors, watches, alarm, broadcaster, clock, yieldWhenDue, logger } = dependencies;

  async function announceCold(doctorId: string, reason: 'change' | 'tick'): Promise<void> {
    await announce(await doctors.current(doctorId), reason);
  }

  function announce(doctor: DoctorState, reason: 'change' | 'tick'): Promise<void> | undefined {
    if (doctor.status !== 'registered') return undefined;
    const now = clock.now();
    const watch = watches.of(doctor, now);
    const hasChanged = update(watch, now);
    if (watch.edgeAt != null) alarm.ringBy(watch.edgeAt);
    const goesOn = reason === 'tick' && watch.open && !isCoveredByEdge(watch, now);
    return hasChanged || goesOn ? tell(doctor.doctorId, watch, now) : undefined;
  }

  async function tell(doctorId: string, watch: DoctorWatch, now: Instant): Promise<void> {
    const status = dutyStatusAt(watch.evaluator, now);
    for (const [consultationId, room] of attendance.roomsOf(doctorId) ?? []) {
      if (isOpenForMessages(room.told, now)) {
        broadcaster.publish(consultationId, doctorNotice(consultationId, doctorId, status));
      }
      const turn = yieldWhenDue();
      if (turn === undefined) continue;
      await turn;
      // After a wait, telling goes on only if what it tells is still true.
      if (watch.open !== status.open) return;
    }
  }

  /** Logs a failure with one doctor, which must not keep the patients of others from being told. */
  function failed(doctorId: string, error: unknown): void {
    logger.error('availability.failed', error, { doctorId });
  }

  return (doctorId, reason) => {
    if (attendance.roomsOf(doctorId) === undefined) {
      watches.forget(doctorId);
      return undefined;
    }
    const doctor = doctors.cachedState(doctorId);
    try {
      const telling = doctor === undefined ? announceCold(doctorId, reason) : announce(doctor, reason);
      return telling?.catch((error: unknown) => failed(doctorId, error));
    } catch (error) {
      failed(doctorId, error);
      return undefined;
    }
  };
}
