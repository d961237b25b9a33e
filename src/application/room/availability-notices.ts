import {
  type ExistingConsultation,
  isOpenForMessages,
  openUntil,
} from '../../domain/consultation/consultation.js';
import type { DoctorState, RegisteredDoctor } from '../../domain/doctor/doctor.js';
import { type Instant, SECOND_MS } from '../../domain/instant.js';
import type { CompiledSchedule } from '../../domain/schedule/compiled-schedule.js';
import type { Schedule } from '../../domain/schedule/schedule.js';
import type { DoctorAvailability } from '../lookup/doctor-availability.js';
import type { Broadcaster } from '../ports/broadcaster.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import type { Notification } from '../ports/notification.js';
import type { ScheduledJob, Scheduler } from '../ports/scheduler.js';
import type { DoctorHandler } from '../streams/stream-handlers.js';
import type { Attendance } from './attendance.js';

/** Rooms and doctors looked at before everybody else gets a turn. */
const STEPS_PER_TURN = 500;
/** A tick this soon after an edge has announced the doctor does not announce the same again. */
const EDGE_COVERS_TICK_MS = SECOND_MS;

/**
 * Tells the rooms of open consultations whether their doctor is on duty: `doctor_ready` on every tick while the
 * schedule is open and at the moment it opens, `doctor_away` at the moment it closes.
 */
export interface AvailabilityNotices {
  /** The regular announcement. Finds the edges that the timer has missed: the clock was set, the machine slept. */
  tick(): Promise<void>;
  /** Somebody waits for this doctor from now on: the doctor's edges are announced. */
  watch(doctor: RegisteredDoctor): void;
  /**
   * Notes until when the consultation takes messages. A room that took none has heard of no edge: when it does again, it
   * is told how it stands. undefined most of the time, so that a loop over all rooms need not wait.
   */
  consultationChanged(consultation: ExistingConsultation): Promise<void> | undefined;
  /** The doctor's schedule may have changed: opening or closing right now is an edge, too. */
  reconsider(doctorId: string): Promise<void>;
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

/** What those who wait for a doctor have been told, and until when it holds. */
interface Watched {
  /** The schedule that `evaluator` was compiled from. */
  schedule: Schedule;
  evaluator: CompiledSchedule;
  open: boolean;
  /** The next edge; null when there is none in sight, undefined when it is to be looked up. */
  edgeAt: Instant | null | undefined;
  /** When an edge last said that the doctor is ready. */
  readyAt: Instant | null;
}

export function createAvailabilityNotices(
  dependencies: AvailabilityNoticesDependencies,
): AvailabilityNotices {
  const { attendance, doctors, availability, broadcaster, clock, scheduler, logger } = dependencies;
  const watched = new Map<string, Watched>();
  let alarm: { readonly at: Instant; readonly job: ScheduledJob } | null = null;
  let lastTickAt: Instant | null = null;
  let edgePass: Promise<void> = Promise.resolve();
  let stopped = false;
  let steps = 0;

  /** undefined most of the time, so that a loop of many steps need not wait at each. */
  function breathe(): Promise<void> | undefined {
    steps += 1;
    return steps % STEPS_PER_TURN === 0 ? scheduler.yield() : undefined;
  }

  function entryOf(doctor: RegisteredDoctor, now: Instant): Watched {
    const { doctorId, schedule } = doctor;
    let entry = watched.get(doctorId);
    if (entry === undefined) {
      const evaluator = availability(doctor);
      const open = evaluator.isOpenAt(now);
      entry = { schedule, evaluator, open, edgeAt: undefined, readyAt: null };
      watched.set(doctorId, entry);
    } else if (entry.schedule !== schedule) {
      entry.schedule = schedule;
      entry.evaluator = availability(doctor);
      entry.edgeAt = undefined;
    }
    return entry;
  }

  function lookAhead(entry: Watched, now: Instant): void {
    const { evaluator } = entry;
    entry.edgeAt = entry.open ? evaluator.nextClosingAt(now) : evaluator.nextOpeningAt(now);
    wakeBy(entry.edgeAt);
  }

  function wakeBy(edgeAt: Instant | null): void {
    if (stopped || edgeAt === null || (alarm !== null && alarm.at <= edgeAt)) return;
    void alarm?.job.stop();
    const delayMs = Math.max(1, edgeAt - clock.now());
    const run = (): Promise<void> => {
      edgePass = announceDueEdges();
      return edgePass;
    };
    const job = scheduler.after(delayMs, { name: 'availability-edge', run });
    alarm = { at: edgeAt, job };
  }

  async function announceDueEdges(): Promise<void> {
    alarm = null;
    const now = clock.now();
    let next: Instant | null = null;
    for (const [doctorId, { edgeAt }] of watched) {
      if (isDue({ edgeAt }, now)) await attend(doctorId, 'edge');
      else next = earlier(next, edgeAt ?? null);
      const turn = breathe();
      if (turn !== undefined) await turn;
    }
    wakeBy(next);
  }

  /**
   * Once a tick, so that the alarm is right again after the clock was set or the machine slept, and that nothing is kept
   * of doctors for whom nobody waits.
   */
  function setAlarmAnew(): void {
    let next: Instant | null = null;
    for (const [doctorId, { edgeAt }] of watched) {
      if (attendance.roomsOf(doctorId) === undefined) watched.delete(doctorId);
      else next = earlier(next, edgeAt ?? null);
    }
    void alarm?.job.stop();
    alarm = null;
    wakeBy(next);
  }

  /** Edges were looked up from a later time: there may be earlier ones. */
  function forgetEdgesAfterStepBack(now: Instant): void {
    if (lastTickAt !== null && now < lastTickAt) {
      for (const entry of watched.values()) entry.edgeAt = undefined;
    }
    lastTickAt = now;
  }

  /**
   * Compares what holds with what was told last. Waits only where it has to: a state is cold, or there is something to
   * tell. Over ten thousand doctors a promise for each would cost more than the question.
   */
  function attend(doctorId: string, reason: 'edge' | 'tick'): Promise<void> | undefined {
    if (attendance.roomsOf(doctorId) === undefined) {
      watched.delete(doctorId);
      return undefined;
    }
    const doctor = doctors.cachedState(doctorId);
    return doctor === undefined ? attendCold(doctorId, reason) : announce(doctor, reason);
  }

  async function attendCold(doctorId: string, reason: 'edge' | 'tick'): Promise<void> {
    try {
      await announce(await doctors.current(doctorId), reason);
    } catch (error) {
      // One doctor whose data cannot be read keeps no other's patients from hearing.
      logger.error('availability.failed', error, { doctorId });
    }
  }

  /** Tells what has changed since it was told last, and on a tick what goes on. */
  function announce(doctor: DoctorState, reason: 'edge' | 'tick'): Promise<void> | undefined {
    if (doctor.status !== 'registered') return undefined;
    const now = clock.now();
    const entry = entryOf(doctor, now);
    const hasChanged = update(entry, now);
    const goesOn = reason === 'tick' && entry.open && !isCoveredByEdge(entry, now);
    return hasChanged || goesOn ? tell(doctor.doctorId, entry, now) : undefined;
  }

  function update(entry: Watched, now: Instant): boolean {
    const open = entry.evaluator.isOpenAt(now);
    const hasChanged = entry.open !== open;
    entry.open = open;
    if (hasChanged) entry.readyAt = open ? now : null;
    if (hasChanged || isDue(entry, now)) lookAhead(entry, now);
    return hasChanged;
  }

  async function tell(doctorId: string, entry: Watched, now: Instant): Promise<void> {
    const { open, evaluator } = entry;
    const nextOpeningAt = open ? null : evaluator.nextOpeningAt(now);
    for (const [consultationId, room] of attendance.roomsOf(doctorId) ?? []) {
      if (room.openUntil > now) {
        broadcaster.publish(consultationId, noticeOf(consultationId, doctorId, open, nextOpeningAt));
      }
      const turn = breathe();
      if (turn === undefined) continue;
      await turn;
      // What is told must still hold after a wait.
      if (entry.open !== open) return;
    }
  }

  async function tellRoom({ consultationId, doctorId }: ExistingConsultation): Promise<void> {
    const doctor = await doctors.current(doctorId);
    if (doctor.status !== 'registered') return;
    const now = clock.now();
    const evaluator = availability(doctor);
    const open = evaluator.isOpenAt(now);
    const nextOpeningAt = open ? null : evaluator.nextOpeningAt(now);
    broadcaster.publish(consultationId, noticeOf(consultationId, doctorId, open, nextOpeningAt));
  }

  return {
    tick: async () => {
      forgetEdgesAfterStepBack(clock.now());
      for (const doctorId of attendance.waitedFor()) {
        const telling = attend(doctorId, 'tick');
        if (telling !== undefined) await telling;
        const turn = breathe();
        if (turn !== undefined) await turn;
      }
      setAlarmAnew();
    },
    watch: (doctor) => {
      const now = clock.now();
      // What the caller has read may have changed while it read other things.
      const latest = doctors.cachedState(doctor.doctorId);
      const entry = entryOf(latest?.status === 'registered' ? latest : doctor, now);
      if (entry.edgeAt !== undefined) return;
      if (entry.evaluator.isOpenAt(now) === entry.open) lookAhead(entry, now);
      else wakeBy(now);
    },
    consultationChanged: (consultation) => {
      const { consultationId, doctorId } = consultation;
      const before = attendance.roomsOf(doctorId)?.get(consultationId)?.openUntil;
      attendance.setOpenUntil(consultationId, openUntil(consultation));
      const now = clock.now();
      const wasClosed = before !== undefined && before <= now;
      return wasClosed && isOpenForMessages(consultation, now) ? tellRoom(consultation) : undefined;
    },
    reconsider: async (doctorId) => {
      if (watched.has(doctorId) && !stopped) await attend(doctorId, 'edge');
    },
    stop: async () => {
      stopped = true;
      await alarm?.job.stop();
      alarm = null;
      await edgePass;
    },
  };
}

function isDue({ edgeAt }: Pick<Watched, 'edgeAt'>, now: Instant): boolean {
  return edgeAt === undefined || (edgeAt !== null && edgeAt <= now);
}

function earlier(a: Instant | null, b: Instant | null): Instant | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

function isCoveredByEdge({ readyAt }: Watched, now: Instant): boolean {
  return readyAt !== null && now >= readyAt && now - readyAt < EDGE_COVERS_TICK_MS;
}

function noticeOf(
  consultationId: string,
  doctorId: string,
  open: boolean,
  nextOpeningAt: Instant | null,
): Notification {
  return open
    ? { type: 'doctor_ready', consultationId, doctorId }
    : { type: 'doctor_away', consultationId, doctorId, nextOpeningAt };
}
