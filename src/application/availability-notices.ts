import { isOpenForMessages } from '../domain/consultation/consultation.js';
import type { RegisteredDoctor } from '../domain/doctor/doctor.js';
import { type Instant, SECOND_MS } from '../domain/instant.js';
import type { Attendance } from './attendance.js';
import type { DoctorAvailability } from './doctor-availability.js';
import type { ConsultationHandler, DoctorHandler } from './handlers.js';
import type { Notification } from './notification.js';
import type { Broadcaster } from './ports/broadcaster.js';
import type { Clock } from './ports/clock.js';
import type { Logger } from './ports/logger.js';
import type { ScheduledJob, Scheduler } from './ports/scheduler.js';

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
  /** The doctor's schedule may have changed: opening or closing right now is an edge, too. */
  reconsider(doctorId: string): Promise<void>;
  /** Announces no further edges. */
  stop(): Promise<void>;
}

export interface AvailabilityNoticesDependencies {
  readonly attendance: Attendance;
  readonly consultations: ConsultationHandler;
  readonly doctors: DoctorHandler;
  readonly availability: DoctorAvailability;
  readonly broadcaster: Broadcaster;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
}

/** What those who wait for a doctor have been told, and until when it holds. */
interface Watched {
  open: boolean;
  /** The next edge; null when there is none in sight, undefined when it is to be looked up. */
  edgeAt: Instant | null | undefined;
  /** When an edge last said that the doctor is ready. */
  readyAt: Instant | null;
}

export function createAvailabilityNotices(
  dependencies: AvailabilityNoticesDependencies,
): AvailabilityNotices {
  const { attendance, consultations, doctors, availability, broadcaster, clock, scheduler, logger } =
    dependencies;
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
    let entry = watched.get(doctor.doctorId);
    if (entry === undefined) {
      entry = { open: availability(doctor).isOpenAt(now), edgeAt: undefined, readyAt: null };
      watched.set(doctor.doctorId, entry);
    }
    return entry;
  }

  function lookAhead(doctor: RegisteredDoctor, entry: Watched, now: Instant): void {
    const schedule = availability(doctor);
    entry.edgeAt = entry.open ? schedule.nextClosingAt(now) : schedule.nextOpeningAt(now);
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

  /** Edges were looked up from a later time: there may be earlier ones. */
  function forgetEdgesAfterStepBack(now: Instant): void {
    if (lastTickAt !== null && now < lastTickAt) {
      for (const entry of watched.values()) entry.edgeAt = undefined;
    }
    lastTickAt = now;
  }

  async function attend(doctorId: string, reason: 'edge' | 'tick'): Promise<void> {
    if (attendance.consultationsOf(doctorId) === undefined) {
      watched.delete(doctorId);
      return;
    }
    try {
      const doctor = doctors.peek(doctorId) ?? (await doctors.current(doctorId));
      if (doctor.status === 'registered') await announce(doctor, reason);
    } catch (error) {
      // One doctor whose data cannot be read keeps no other's patients from hearing.
      logger.error('availability.failed', error, { doctorId });
    }
  }

  /** Tells what has changed since it was told last, and on a tick what goes on. */
  async function announce(doctor: RegisteredDoctor, reason: 'edge' | 'tick'): Promise<void> {
    const now = clock.now();
    const entry = entryOf(doctor, now);
    const hasChanged = update(doctor, entry, now);
    const goesOn = reason === 'tick' && entry.open && !isCoveredByEdge(entry, now);
    if (hasChanged || goesOn) await tell(doctor, entry, now);
  }

  function update(doctor: RegisteredDoctor, entry: Watched, now: Instant): boolean {
    const open = availability(doctor).isOpenAt(now);
    const hasChanged = entry.open !== open;
    entry.open = open;
    if (hasChanged) entry.readyAt = open ? now : null;
    if (hasChanged || isDue(entry, now)) lookAhead(doctor, entry, now);
    return hasChanged;
  }

  async function tell(doctor: RegisteredDoctor, entry: Watched, now: Instant): Promise<void> {
    const { doctorId } = doctor;
    const { open } = entry;
    const nextOpeningAt = open ? null : availability(doctor).nextOpeningAt(now);
    for (const consultationId of attendance.consultationsOf(doctorId) ?? []) {
      const consultation =
        consultations.peek(consultationId) ?? (await consultations.current(consultationId));
      // What is told must still hold after a wait.
      if (entry.open !== open) return;
      if (isOpenForMessages(consultation, now)) {
        broadcaster.publish(consultationId, noticeOf(consultationId, doctorId, open, nextOpeningAt));
      }
      const turn = breathe();
      if (turn !== undefined) await turn;
    }
  }

  return {
    tick: async () => {
      forgetEdgesAfterStepBack(clock.now());
      for (const doctorId of attendance.waitedFor()) {
        await attend(doctorId, 'tick');
        const turn = breathe();
        if (turn !== undefined) await turn;
      }
    },
    watch: (doctor) => {
      const now = clock.now();
      const entry = entryOf(doctor, now);
      if (entry.edgeAt === undefined) lookAhead(doctor, entry, now);
    },
    reconsider: async (doctorId) => {
      const entry = watched.get(doctorId);
      if (entry === undefined || stopped) return;
      entry.edgeAt = undefined;
      await attend(doctorId, 'edge');
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
