import { DAY_MS } from '../instant.js';
import { invariant } from '../invariant.js';

/** A date on the calendar, without a time zone: whole days since 1970-01-01 in the proleptic Gregorian calendar. */
export type DayNumber = number;

export const DAYS_PER_WEEK = 7;

/** 1970-01-01 was a Thursday. */
const WEEKDAY_OF_DAY_ZERO = 4;

const CALENDAR_DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;

/** Day of the week, 0 = Sunday through 6 = Saturday. */
export function dayOfWeek(day: DayNumber): number {
  const weekday = (day + WEEKDAY_OF_DAY_ZERO) % DAYS_PER_WEEK;
  return weekday < 0 ? weekday + DAYS_PER_WEEK : weekday;
}

/** Whether `YYYY-MM-DD` names a date that the calendar has, years 0000 through 9999. */
export function isCalendarDate(text: string): boolean {
  return parse(text) !== null;
}

/** The day that `YYYY-MM-DD` names. @throws {InvariantViolation} for text that `isCalendarDate` refuses. */
export function dayNumber(text: string): DayNumber {
  const day = parse(text);
  invariant(day !== null, 'a calendar date reached the evaluator unchecked');
  return day;
}

/** `Date.parse` rolls 30 February over into March, so the date is written back and compared with the text. */
function parse(text: string): DayNumber | null {
  if (!CALENDAR_DATE.test(text)) return null;
  const midnight = Date.parse(`${text}T00:00:00.000Z`);
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== text) return null;
  return midnight / DAY_MS;
}
