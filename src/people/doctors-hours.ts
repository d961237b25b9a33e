import type { DoctorAvailability, Traffic } from '../client/index.js';
import type { DoctorReady } from '../protocol/wire.js';
import type { Api } from './api.js';
import { serverClock } from './early-answers.js';
import { HOURS_AHEAD_MS, HOURS_BACK_MS, type Hours, isOffDutyAt, stretchAt } from './hours.js';

/** Hours are asked for again after this long (ms), because the end of duty in a room must not stay wrong for longer. */
const HOURS_KEPT_MS = 60_000;
/** For how many doctors in a patient's list the hours are asked for. */
const MAX_DOCTORS_ASKED = 8;

/** The hours of the doctors that a visit shows. They are asked for again when something suggests that they have changed. */
export interface DoctorsHours {
  /** Returns a doctor's hours; null if they could not be loaded, and undefined before the first answer. */
  of(doctorId: string): Hours | null | undefined;
  /** Whether a doctor's hours say that they are off duty. */
  isOffDuty(doctorId: string): boolean;
  /** @param isNews whether the hours may have changed since the last answer, however recent it is. */
  ask(doctorIds: ReadonlySet<string>, isNews: boolean): void;
  /**
   * Whether the server has told the room that is shown something that the known hours do not say.
   *
   * @param shown the consultation of that room; null if no room is shown.
   * @param doctorId its doctor's id; empty while unknown.
   * @param availability what the room knows of the doctor; null while it knows nothing.
   */
  isToldBy(
    traffic: Traffic,
    shown: string | null,
    doctorId: () => string,
    availability: () => DoctorAvailability | null,
  ): boolean;
  /** Called when another room is shown or the connection is lost. Forgets when the doctor was last said to be on duty. */
  forgetReady(): void;
}

/** @param changed called when the answer with a doctor's hours has arrived. */
export function createDoctorsHours(api: Pick<Api, 'hours'>, changed: () => void): DoctorsHours {
  /** When each doctor's hours were last asked for, and the last answer. */
  const asked = new Map<string, { readonly askedAt: number; readonly found: Hours | null }>();
  /** When the server last said in this room that the doctor is on duty, in epoch ms; null if it has not. */
  let readyAt: number | null = null;

  function hoursOf(doctorId: string): Hours | null | undefined {
    const { found = null, askedAt = 1 } = asked.get(doctorId) ?? {};
    // The time of a question that has failed is not kept.
    return found ?? (askedAt === 0 ? null : undefined);
  }

  function askFor(doctorId: string, askedAt: number, isNews: boolean): void {
    const known = asked.get(doctorId);
    // The clock may have been put right meanwhile.
    if (!isNews && known !== undefined && Math.abs(askedAt - known.askedAt) < HOURS_KEPT_MS) return;
    asked.set(doctorId, { askedAt, found: known?.found ?? null });
    const isLatest = (): boolean => asked.get(doctorId)?.askedAt === askedAt;
    api.hours(doctorId, askedAt - HOURS_BACK_MS, askedAt + HOURS_AHEAD_MS).then(
      (found) => {
        if (!isLatest()) return;
        asked.set(doctorId, { askedAt, found });
        changed();
      },
      () => {
        // The room says when the doctor is back. The hours of the week are asked for again with the next news.
        if (isLatest()) asked.set(doctorId, { askedAt: 0, found: known?.found ?? null });
      },
    );
  }

  /** Whether the server says so well before it would have repeated it. Then it means that the end of duty has changed. */
  function isOutOfTurn(doctor: DoctorAvailability | null): boolean {
    const [last, every] = [readyAt, doctor?.state === 'open' ? doctor.confirmedEveryMs : undefined];
    readyAt = serverClock.now();
    return last !== null && every !== undefined && readyAt - last < every * 0.9;
  }

  return {
    of: hoursOf,
    isOffDuty(doctorId) {
      const found = hoursOf(doctorId);
      return found != null && isOffDutyAt(found, serverClock.now());
    },
    ask(doctorIds, isNews) {
      const now = serverClock.now();
      for (const doctorId of [...doctorIds].slice(0, MAX_DOCTORS_ASKED)) askFor(doctorId, now, isNews);
    },
    isToldBy({ event, payload }, shown, doctorId, availability) {
      if (event !== 'doctor_ready') return event === 'doctor_away' || event === 'consultation_updated';
      if ((payload as DoctorReady).consultationId !== shown) return false;
      const found = hoursOf(doctorId());
      return (
        isOutOfTurn(availability()) || (found != null && stretchAt(found, serverClock.now()) === undefined)
      );
    },
    forgetReady() {
      readyAt = null;
    },
  };
}
