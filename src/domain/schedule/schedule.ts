import { type InvalidField, invalidField } from '../decision.js';
import { checkDateOverride, type DateOverride, MAX_DATE_OVERRIDES } from './date-override.js';
import { checkTimeZone } from './time-zone.js';
import { checkWeeklyWindows, type WeeklyWindow } from './weekly-window.js';
import { checkDuplicates } from './window-checks.js';

/** When a doctor is on duty, as the doctor puts it. `compileSchedule` makes an evaluator of it. */
export interface Schedule {
  /** An IANA name or alias, in any letter case. */
  readonly timeZone: string;
  readonly windows: readonly WeeklyWindow[];
  /** At most one for each date, in any order. */
  readonly overrides: readonly DateOverride[];
}

/**
 * The first thing wrong with a whole schedule, or null. Paths are those of the parts; an override's are under
 * `overrides.<n>`, too many of them are `overrides`, and a second override for one date is `overrides.<n>`.
 */
export function checkSchedule(schedule: Schedule): InvalidField | null {
  const { timeZone, windows, overrides } = schedule;
  const invalid = checkTimeZone(timeZone) ?? checkWeeklyWindows(windows);
  if (invalid !== null) return invalid;
  if (overrides.length > MAX_DATE_OVERRIDES) {
    return invalidField('overrides', `must hold at most ${MAX_DATE_OVERRIDES} dates`);
  }
  for (const [index, override] of overrides.entries()) {
    const wrong = checkDateOverride(override);
    if (wrong !== null) return invalidField(`overrides.${index}.${wrong.field}`, wrong.reason);
  }
  return checkDuplicates(
    overrides.map((override) => override.date),
    'overrides',
  );
}
