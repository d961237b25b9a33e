import type { DoctorAvailability, Traffic } from '../client/index.js';
import type { DoctorReady } from '../protocol/wire.js';
import type { Api } from './api.js';
import { HOURS_AHEAD_MS, HOURS_BACK_MS, type Hours, isOffDutyAt, stretchAt } from './hours.js';

/** Hours are asked for again after this long, ms: the end of duty that a room tells must not outlive a change for longer. */
const HOURS_KEPT_MS = 60_000;
/** Doctors in a patient's list whose hours are asked for. */
const MAX_DOCTORS_ASKED = 8;

/** The hours of the doctors that a visit shows: what was asked for, and what tells that they may be others now. */
export interface DoctorsHours {
  /** null while unknown. */
  of(doctorId: string): Hours | null;
  /** Whether a doctor's hours say that they are off duty. */
  isOffDuty(doctorId: string): boolean;
  /** @param isNews whether they may be others than were told a moment ago. */
  ask(doctorIds: ReadonlySet<string>, isNews: boolean): void;
  /**
   * Whether the server says something of the room that is shown that what is known of the hours does not.
   *
   * @param shown the consultation of that room; null without one.
   * @param doctorId of its doctor; empty while unknown.
   * @param availability as the room knows it; null before it does.
   */
  isToldBy(
    traffic: Traffic,
    shown: string | null,
    doctorId: () => string,
    availability: () => DoctorAvailability | null,
  ): boolean;
  /** Another room is shown, or the connection is lost: when the doctor was last said to be on duty counts no more. */
  forgetReady(): void;
}

/** @param changed is told when hours have been found. */
export function createDoctorsHours(api: Pick<Api, 'hours'>, changed: () => void): DoctorsHours {
  /** By doctor: when it was last asked for their hours, and what was found. */
  const asked = new Map<string, { readonly askedAt: number; readonly found: Hours | null }>();
  /** When the server last said in the room that is shown that the doctor is on duty; epoch ms, null since it was entered. */
  let readyAt: number | null = null;

  const hoursOf = (doctorId: string): Hours | null => asked.get(doctorId)?.found ?? null;

  function askFor(doctorId: string, now: number, isNews: boolean): void {
    const known = asked.get(doctorId);
    if (!isNews && known !== undefined && now - known.askedAt < HOURS_KEPT_MS) return;
    asked.set(doctorId, { askedAt: now, found: known?.found ?? null });
    const isLatest = (): boolean => asked.get(doctorId)?.askedAt === now;
    api.hours(doctorId, now - HOURS_BACK_MS, now + HOURS_AHEAD_MS).then(
      (found) => {
        if (!isLatest()) return;
        asked.set(doctorId, { askedAt: now, found });
        changed();
      },
      () => {
        // The room says when the doctor is back; the hours of the week are asked for with the next news.
        if (isLatest()) asked.set(doctorId, { askedAt: 0, found: known?.found ?? null });
      },
    );
  }

  /** Whether it says so well before the next time is due: then another end of duty is told by it. */
  function isOutOfTurn(doctor: DoctorAvailability | null, now: number): boolean {
    const [last, every] = [readyAt, doctor?.state === 'open' ? doctor.confirmedEveryMs : undefined];
    readyAt = now;
    return last !== null && every !== undefined && now - last < every * 0.9;
  }

  return {
    of: hoursOf,
    isOffDuty(doctorId) {
      const found = hoursOf(doctorId);
      return found !== null && isOffDutyAt(found, Date.now());
    },
    ask(doctorIds, isNews) {
      const now = Date.now();
      for (const doctorId of [...doctorIds].slice(0, MAX_DOCTORS_ASKED)) askFor(doctorId, now, isNews);
    },
    isToldBy({ event, payload }, shown, doctorId, availability) {
      if (event !== 'doctor_ready') return event === 'doctor_away' || event === 'consultation_updated';
      if ((payload as DoctorReady).consultationId !== shown) return false;
      const [now, found] = [Date.now(), hoursOf(doctorId())];
      return isOutOfTurn(availability(), now) || (found !== null && stretchAt(found, now) === undefined);
    },
    forgetReady() {
      readyAt = null;
    },
  };
}
