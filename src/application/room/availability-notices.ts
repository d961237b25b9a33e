import { type ExistingConsultation, isOpenForMessages } from '../../domain/consultation/consultation.js';
import type { RegisteredDoctor } from '../../domain/doctor/doctor.js';
import type { Instant } from '../../domain/instant.js';
import type { DoctorAvailability } from '../lookup/doctor-availability.js';
import type { Broadcaster } from '../ports/broadcaster.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import type { Scheduler } from '../ports/scheduler.js';
import type { DoctorHandler } from '../streams/stream-handlers.js';
import { createAlarm } from './alarm.js';
import { createAnnounceDoctor } from './announce-doctor.js';
import type { Attendance } from './attendance.js';
import { doctorNotice, dutyStatusAt } from './doctor-notice.js';
import { createDoctorWatches, earlier, isDue, lookAhead } from './doctor-watch.js';
import { createYieldWhenDue } from './yield-when-due.js';

/**
 * Tells the rooms of open consultations whether their doctor is on duty. They are sent `doctor_ready` at the moment
 * when the schedule opens and on every tick while it is open, and `doctor_away` at the moment when it closes.
 */
export interface AvailabilityNotices {
  /**
   * Makes the regular announcement. It also finds openings and closings (edges) that the timer missed, because the
   * clock was set or the machine slept.
   */
  tick(): Promise<void>;
  /**
   * Announces this doctor's edges (openings and closings) from now on, because somebody waits for the doctor. Whoever
   * is told meanwhile whether the doctor is on duty calls this then, because the clock may have been set back since.
   */
  watch(doctor: RegisteredDoctor): void;
  /**
   * Called when a room is being told of this state of its consultation. While the consultation took no messages, the
   * room was told of no edge. When it takes messages again, the room is told whether the doctor is on duty. Returns
   * undefined if there is nothing to tell.
   */
  consultationChanged(consultation: ExistingConsultation): Promise<void> | undefined;
  /**
   * Called when the doctor's schedule may have changed. Tells the doctor's rooms at once what differs from what they
   * were told.
   */
  announceIfChanged(doctorId: string): Promise<void>;
  /** Announces no further edges. */
  stop(): Promise<void>;
}

export interface AvailabilityNoticesDependencies {
  readonly attendance: Attendance;
  readonly doctors: DoctorHandler;
  readonly availability: DoctorAvailability;
  readonly broadcaster: Broadcaster;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
}

export function createAvailabilityNotices(
  dependencies: AvailabilityNoticesDependencies,
): AvailabilityNotices {
  const { attendance, doctors, availability, broadcaster, clock, scheduler } = dependencies;
  const yieldWhenDue = createYieldWhenDue(scheduler);
  const watches = createDoctorWatches(availability);
  const alarm = createAlarm({ clock, scheduler, name: 'availability-edge', ring: announceDueEdges });
  const announceDoctor = createAnnounceDoctor({ ...dependencies, watches, alarm, yieldWhenDue });
  let isStopped = false;

  async function announceDueEdges(): Promise<void> {
    const now = clock.now();
    let next: Instant | null = null;
    for (const [doctorId, { edgeAt }] of watches.all()) {
      if (isDue(edgeAt, now)) await announceDoctor(doctorId, 'change');
      else next = earlier(next, edgeAt ?? null);
      const turn = yieldWhenDue();
      if (turn !== undefined) await turn;
    }
    if (next !== null) alarm.ringBy(next);
  }

  async function tick(): Promise<void> {
    watches.forgetEdgesAfterStepBack(clock.now());
    for (const doctorId of attendance.waitedFor()) {
      const telling = announceDoctor(doctorId, 'tick');
      if (telling !== undefined) await telling;
      const turn = yieldWhenDue();
      if (turn !== undefined) await turn;
    }
    // This corrects the alarm after the clock was set or the machine slept, and forgets doctors for whom nobody
    // waits.
    let next: Instant | null = null;
    for (const [doctorId, { edgeAt }] of watches.all()) {
      if (attendance.roomsOf(doctorId) === undefined) watches.forget(doctorId);
      else next = earlier(next, edgeAt ?? null);
    }
    alarm.setAnew(next);
  }

  function watch(doctor: RegisteredDoctor): void {
    const now = clock.now();
    // The doctor may have changed since the caller read the state.
    const latest = doctors.cachedState(doctor.doctorId);
    const known = watches.of(latest?.status === 'registered' ? latest : doctor, now);
    const isTold = known.evaluator.isOpenAt(now) === known.open;
    if (known.edgeAt !== undefined && isTold) return;
    // The clock was set back over an edge, so the one that is known now is not the next one.
    known.edgeAt = undefined;
    known.isContradicted ||= !isTold;
    const holds = isTold && known.edgeBefore === undefined;
    if (holds) lookAhead(known, now);
    const wakeAt = holds ? known.edgeAt : now;
    if (wakeAt != null) alarm.ringBy(wakeAt);
  }

  async function tellRoom({ consultationId, doctorId }: ExistingConsultation): Promise<void> {
    const doctor = await doctors.current(doctorId);
    if (doctor.status !== 'registered') return;
    const status = dutyStatusAt(availability(doctor), clock.now());
    broadcaster.publish(consultationId, doctorNotice(consultationId, doctorId, status));
  }

  return {
    tick,
    watch,
    consultationChanged: (consultation) => {
      const before = attendance.room(consultation.consultationId)?.told;
      attendance.setTold(consultation);
      const now = clock.now();
      const wasClosed = before !== undefined && !isOpenForMessages(before, now);
      return wasClosed && isOpenForMessages(consultation, now) ? tellRoom(consultation) : undefined;
    },
    announceIfChanged: async (doctorId) => {
      if (watches.has(doctorId) && !isStopped) await announceDoctor(doctorId, 'change');
    },
    stop: () => {
      isStopped = true;
      return alarm.stop();
    },
  };
}
