import { type InvalidField, invalidField } from '../decision.js';
import type { DailyWindow } from './date-override.js';
import { checkDuplicates, checkTimes } from './window-checks.js';

/** A doctor's week holds at most this many windows. */
export const MAX_WEEKLY_WINDOWS = 50;

/** Day of the week, 0 = Sunday through 6 = Saturday. */
export type DayOfWeek = 0 | 1 | 2 | 3 | 4 | 5 | 6;

/** A window of every week. With `startTime > endTime` it belongs to the day it starts on. */
export interface WeeklyWindow extends DailyWindow {
  readonly dayOfWeek: DayOfWeek;
}

/**
 * The first thing wrong with a week, or null. Paths are `windows` (too many), `windows.<n>` (a duplicate of an earlier
 * one) and `windows.<n>.dayOfWeek | startTime | endTime`. Windows may overlap.
 */
export function checkWeeklyWindows(windows: readonly WeeklyWindow[]): InvalidField | null {
  if (windows.length > MAX_WEEKLY_WINDOWS) {
    return invalidField('windows', `must hold at most ${MAX_WEEKLY_WINDOWS} windows`);
  }
  for (const [index, window] of windows.entries()) {
    if (!Number.isInteger(window.dayOfWeek) || window.dayOfWeek < 0 || window.dayOfWeek > 6) {
      return invalidField(
        `windows.${index}.dayOfWeek`,
        'must be a whole number from 0 (Sunday) through 6 (Saturday)',
      );
    }
    const invalid = checkTimes(window, `windows.${index}`);
    if (invalid !== null) return invalid;
  }
  return checkDuplicates(
    windows.map((window) => `${window.dayOfWeek} ${window.startTime} ${window.endTime}`),
    'windows',
  );
}
