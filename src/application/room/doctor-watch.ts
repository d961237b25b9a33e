import type { RegisteredDoctor } from '../../domain/doctor/doctor.js';
import { type Instant, SECOND_MS } from '../../domain/instant.js';
import { invariant } from '../../domain/invariant.js';
import type { CompiledSchedule } from '../../domain/schedule/compiled-schedule.js';
import type { Schedule } from '../../domain/schedule/schedule.js';
import type { DoctorAvailability } from '../lookup/doctor-availability.js';

/** A tick this soon (ms) after the announcement of an opening does not repeat it. */
const EDGE_COVERS_TICK_MS = SECOND_MS;

/** What those who wait for a doctor have been told, and until when it holds. */
export interface DoctorWatch {
  /** The schedule that `evaluator` was compiled from. */
  schedule: Schedule;
  evaluator: CompiledSchedule;
  open: boolean;
  /** The next edge; null when there is none within the horizon, undefined when it has yet to be looked up. */
  edgeAt: Instant | null | undefined;
  /**
   * The next edge by the previous schedule; undefined if the schedule has not changed since those who wait were told.
   */
  edgeBefore: Instant | null | undefined;
  /** Whether somebody was told something else than the others, because the clock was set in between. */
  isContradicted: boolean;
  /** When an edge last announced that the doctor is ready; null while the doctor is away. */
  readyAt: Instant | null;
}

/**
 * Compares the doctor's availability now with what was told, and looks up the next edge if it is not known.
 *
 * @returns whether there is a change to tell: the doctor has come on or gone off duty, somebody was told otherwise, or a
 *   new schedule has moved the next opening, or the next closing.
 */
export function update(watch: DoctorWatch, now: Instant): boolean {
  invariant(watch.open || watch.readyAt === null, 'a doctor who is away is not ready');
  const open = watch.evaluator.isOpenAt(now);
  const hasChanged = watch.open !== open;
  watch.open = open;
  if (hasChanged) watch.readyAt = open ? now : null;
  if (hasChanged || isDue(watch.edgeAt, now)) lookAhead(watch, now);
  const { edgeBefore, edgeAt, isContradicted } = watch;
  watch.edgeBefore = undefined;
  watch.isContradicted = false;
  return hasChanged || isContradicted || (edgeBefore !== undefined && edgeBefore !== edgeAt);
}

/** Looks up the edge at which what was told stops being true. */
export function lookAhead(watch: DoctorWatch, now: Instant): void {
  const { evaluator, open } = watch;
  const edgeAt = open ? evaluator.nextClosingAt(now) : evaluator.nextOpeningAt(now);
  // Otherwise the alarm would ring, find nothing new, and ring again at once.
  invariant(edgeAt === null || edgeAt > now, 'the next edge lies ahead');
  watch.edgeAt = edgeAt;
}

export function isDue(edgeAt: DoctorWatch['edgeAt'], now: Instant): boolean {
  return edgeAt === undefined || (edgeAt !== null && edgeAt <= now);
}

/** Whether an edge has just told what a tick would tell. */
export function isCoveredByEdge({ readyAt }: DoctorWatch, now: Instant): boolean {
  return readyAt !== null && now >= readyAt && now - readyAt < EDGE_COVERS_TICK_MS;
}

export function earlier(a: Instant | null, b: Instant | null): Instant | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

/** The doctors for whom somebody waits. */
export interface DoctorWatches {
  /** The doctor's watch, made if there is none, for the present schedule. */
  of(doctor: RegisteredDoctor, now: Instant): DoctorWatch;
  has(doctorId: string): boolean;
  /** Nobody waits for the doctor any more. */
  forget(doctorId: string): void;
  /** Each with the doctor's id. */
  all(): Iterable<[string, DoctorWatch]>;
  /**
   * Forgets all edges if the clock was set back since the last call: they were looked up from a later time, and there
   * may be earlier ones.
   */
  forgetEdgesAfterStepBack(now: Instant): void;
}

export function createDoctorWatches(availability: DoctorAvailability): DoctorWatches {
  const watches = new Map<string, DoctorWatch>();
  let lastAskedAt: Instant | null = null;
  return {
    of: (doctor, now) => {
      const { doctorId, schedule } = doctor;
      let watch = watches.get(doctorId);
      if (watch === undefined) {
        const evaluator = availability(doctor);
        const open = evaluator.isOpenAt(now);
        watch = {
          schedule,
          evaluator,
          open,
          edgeAt: undefined,
          edgeBefore: undefined,
          isContradicted: false,
          readyAt: null,
        };
        watches.set(doctorId, watch);
      } else if (watch.schedule !== schedule) {
        watch.schedule = schedule;
        watch.evaluator = availability(doctor);
        if (watch.edgeBefore === undefined) watch.edgeBefore = watch.edgeAt;
        watch.edgeAt = undefined;
      }
      return watch;
    },
    has: (doctorId) => watches.has(doctorId),
    forget: (doctorId) => void watches.delete(doctorId),
    all: () => watches,
    forgetEdgesAfterStepBack: (now) => {
      if (lastAskedAt !== null && now < lastAskedAt) {
        for (const watch of watches.values()) watch.edgeAt = undefined;
      }
      lastAskedAt = now;
    },
  };
}
