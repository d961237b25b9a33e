import { isOpenForMessages } from '../domain/consultation/consultation.js';
import type { Instant } from '../domain/instant.js';
import type { Attendance } from './attendance.js';
import type { DoctorAvailability } from './doctor-availability.js';
import type { ConsultationHandler, DoctorHandler } from './handlers.js';
import type { Broadcaster } from './ports/broadcaster.js';
import type { Clock } from './ports/clock.js';
import type { Scheduler } from './ports/scheduler.js';

/** Rooms looked at before everybody else gets a turn. */
const ROOMS_PER_TURN = 500;

/** One tick: tells the rooms of open consultations whose doctor is on duty now. Nothing is read that is warm. */
export type AnnounceDoctorReady = () => Promise<void>;

export interface AnnounceDoctorReadyDependencies {
  readonly attendance: Attendance;
  readonly consultations: ConsultationHandler;
  readonly doctors: DoctorHandler;
  readonly availability: DoctorAvailability;
  readonly broadcaster: Broadcaster;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
}

export function createAnnounceDoctorReady(
  dependencies: AnnounceDoctorReadyDependencies,
): AnnounceDoctorReady {
  const { attendance, consultations, doctors, availability, broadcaster, clock, scheduler } = dependencies;

  async function isOnDuty(doctorId: string, now: Instant): Promise<boolean> {
    const doctor = doctors.peek(doctorId) ?? (await doctors.current(doctorId));
    return doctor.status === 'registered' && availability(doctor).isOpenAt(now);
  }

  async function announce(consultationId: string, doctorId: string, now: Instant): Promise<void> {
    const consultation = consultations.peek(consultationId) ?? (await consultations.current(consultationId));
    if (!isOpenForMessages(consultation, now)) return;
    broadcaster.publish(consultationId, { type: 'doctor_ready', consultationId, doctorId });
  }

  return async () => {
    let rooms = 0;
    for (const [doctorId, consultationIds] of attendance.waiting()) {
      const now = clock.now();
      if (!(await isOnDuty(doctorId, now))) continue;
      for (const consultationId of consultationIds) {
        await announce(consultationId, doctorId, now);
        rooms += 1;
        if (rooms % ROOMS_PER_TURN === 0) await scheduler.yield();
      }
    }
  };
}
