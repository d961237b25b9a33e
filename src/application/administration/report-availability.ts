import { DAY_MS, type Instant } from '../../domain/instant.js';
import type { Interval } from '../../domain/schedule/compiled-schedule.js';
import { type Refusal, refuse } from '../answers/refusal.js';
import type { DoctorAvailability } from '../lookup/doctor-availability.js';
import type { Requester } from '../lookup/requester.js';
import type { Clock } from '../ports/clock.js';
import type { DoctorHandler } from '../streams/stream-handlers.js';

/** The longest stretch of time that one question about availability may span, in ms. */
export const MAX_AVAILABILITY_RANGE_MS = 366 * DAY_MS;
/** The first and the last instant of the years that have four digits. */
const MIN_INSTANT: Instant = Date.parse('0000-01-01T00:00:00.000Z');
const MAX_INSTANT: Instant = Date.parse('9999-12-31T23:59:59.999Z');

/** `from < to`, at most `MAX_AVAILABILITY_RANGE_MS` apart. */
export interface AvailabilityRange {
  readonly from: Instant;
  readonly to: Instant;
}

/** Whether a doctor is on duty now, and all open time within the range that was asked for. */
export interface AvailabilityReport {
  readonly outcome: 'availability';
  readonly timeZone: string;
  /** Whether the doctor is on duty now. */
  readonly open: boolean;
  /** The next opening after now; null when there is none within 366 days. */
  readonly nextOpeningAt: Instant | null;
  /** The next closing after now; null when there is none within 366 days. */
  readonly nextClosingAt: Instant | null;
  /** In order, cut to the range; `from` belongs to it, `to` does not. */
  readonly intervals: readonly Interval[];
}

/** Reports when a doctor is on duty, to every signed-in caller. */
export type ReportAvailability = (
  by: Requester,
  doctorId: string,
  range: AvailabilityRange,
) => Promise<AvailabilityReport | Refusal>;

export interface ReportAvailabilityDependencies {
  readonly doctors: DoctorHandler;
  readonly availability: DoctorAvailability;
  readonly clock: Clock;
}

export function createReportAvailability(dependencies: ReportAvailabilityDependencies): ReportAvailability {
  const { doctors, availability, clock } = dependencies;

  return async ({ caller }, doctorId, range) => {
    if (caller.role === 'anyone') return refuse('auth.forbidden');
    const { stored: doctor } = await doctors.latest(doctorId);
    if (doctor.status === 'not_registered') return refuse('doctor.not_found');
    const invalid = checkRange(range);
    if (invalid !== null) return invalid;
    const schedule = availability(doctor);
    const now = clock.now();
    return {
      outcome: 'availability',
      timeZone: doctor.schedule.timeZone,
      open: schedule.isOpenAt(now),
      nextOpeningAt: schedule.nextOpeningAt(now),
      nextClosingAt: schedule.nextClosingAt(now),
      intervals: schedule.intervals(range.from, range.to),
    };
  };
}

function checkRange({ from, to }: AvailabilityRange): Refusal | null {
  if (!isOnCalendar(from)) return refuse('request.invalid', { field: 'from', reason: OFF_CALENDAR });
  if (!isOnCalendar(to)) return refuse('request.invalid', { field: 'to', reason: OFF_CALENDAR });
  if (to <= from) return refuse('request.invalid', { field: 'to', reason: 'must lie after from' });
  if (to - from <= MAX_AVAILABILITY_RANGE_MS) return null;
  return refuse('request.invalid', { field: 'to', reason: 'must lie at most 366 days after from' });
}

const OFF_CALENDAR = 'must be a whole millisecond of the years 0 through 9999';

function isOnCalendar(instant: Instant): boolean {
  return Number.isInteger(instant) && instant >= MIN_INSTANT && instant <= MAX_INSTANT;
}
