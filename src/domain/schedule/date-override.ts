import { type InvalidField, invalidField } from '../decision.js';
import { isCalendarDate } from './calendar-date.js';
import { checkDuplicates, checkTimes } from './window-checks.js';

/** A doctor keeps at most this many date overrides, past ones included. */
export const MAX_DATE_OVERRIDES = 2_000;

/** One date holds at most this many windows of its own. */
export const MAX_OVERRIDE_WINDOWS = 50;

/**
 * Opening hours on the doctor's wall clock, `HH:MM`, both ends inclusive to the whole minute: 09:00–17:00 runs
 * through 17:00:59.999. With `startTime > endTime` the hours run past midnight and belong to the day they start on.
 */
export interface DailyWindow {
  readonly startTime: string;
  readonly endTime: string;
}

/**
 * A holiday or a special clinic. It replaces the windows that start on one local date. An empty list closes the date,
 * but the tail of an overnight window that started the day before still runs.
 */
export interface DateOverride {
  /** `YYYY-MM-DD` on the doctor's calendar. */
  readonly date: string;
  readonly windows: readonly DailyWindow[];
}

/**
 * The first thing wrong with an override, or null. Paths are `date`, `windows` (too many), `windows.<n>` (a duplicate)
 * and `windows.<n>.startTime | endTime`.
 */
export function checkDateOverride(override: DateOverride): InvalidField | null {
  const { date, windows } = override;
  if (!isCalendarDate(date)) {
    return invalidField('date', 'must be a date that exists, written YYYY-MM-DD');
  }
  if (windows.length > MAX_OVERRIDE_WINDOWS) {
    return invalidField('windows', `must hold at most ${MAX_OVERRIDE_WINDOWS} windows`);
  }
  for (const [index, window] of windows.entries()) {
    const invalid = checkTimes(window, `windows.${index}`);
    if (invalid !== null) return invalid;
  }
  return checkDuplicates(
    windows.map((window) => `${window.startTime} ${window.endTime}`),
    'windows',
  );
}
