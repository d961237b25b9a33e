import type { Instant } from '../../domain/instant.js';
import type { CompiledSchedule } from '../../domain/schedule/compiled-schedule.js';
import type { Notification } from '../ports/notification.js';

/** Whether a doctor is on duty, and if not, when the schedule opens next. */
export interface DutyStatus {
  readonly open: boolean;
  /** null while the doctor is on duty, and if the schedule does not open within the evaluator's horizon. */
  readonly nextOpeningAt: Instant | null;
}

export function dutyStatusAt(evaluator: CompiledSchedule, now: Instant): DutyStatus {
  const open = evaluator.isOpenAt(now);
  return { open, nextOpeningAt: open ? null : evaluator.nextOpeningAt(now) };
}

/** Makes a `doctor_ready`. */
export function doctorReady(consultationId: string, doctorId: string): Notification {
  return { type: 'doctor_ready', consultationId, doctorId };
}

/** Makes a `doctor_ready` or a `doctor_away`. */
export function doctorNotice(
  consultationId: string,
  doctorId: string,
  { open, nextOpeningAt }: DutyStatus,
): Notification {
  return open
    ? doctorReady(consultationId, doctorId)
    : { type: 'doctor_away', consultationId, doctorId, nextOpeningAt };
}
