import { DAYS_PER_WEEK, type DayNumber, dayNumber, dayOfWeek } from './calendar-date.js';
import type { DailyWindow } from './date-override.js';
import type { Schedule } from './schedule.js';
import { MINUTES_PER_DAY, minuteOfDay } from './wall-time.js';

/**
 * The open minutes of every local date. Only here do windows, overnight tails and overrides become open or closed
 * minutes. The table knows no time zone and no instant. A row is one date's open minutes, as ascending pairs
 * `[from, to)` of minutes of the day that neither touch nor overlap. Rows 0–6 are the weekdays, and the rows after them
 * are the dates in `specialDays`.
 */
export interface DayTable {
  /** Ascending: each date that has an override, and the day after it, into which an overnight window may run. */
  readonly specialDays: Int32Array;
  /** Row `r` is `bounds[rowStart[r]]` up to `bounds[rowStart[r + 1]]`. */
  readonly rowStart: Uint32Array;
  readonly bounds: Uint16Array;
  /** True when nothing ever opens or closes: every date is open throughout, or every date is closed. */
  readonly isConstant: boolean;
}

const NO_DAYS = new Int32Array(0);

/** @throws {InvariantViolation} for times and dates that the schedule's checks refuse. */
export function compileDayTable({ windows, overrides }: Pick<Schedule, 'windows' | 'overrides'>): DayTable {
  const startingWeekly = (weekday: number) => windows.filter((window) => window.dayOfWeek === weekday);
  const replaced = new Map<DayNumber, readonly DailyWindow[]>();
  for (const override of overrides) replaced.set(dayNumber(override.date), override.windows);
  const startingOn = (day: DayNumber) => replaced.get(day) ?? startingWeekly(dayOfWeek(day));

  const specialDays =
    replaced.size === 0
      ? NO_DAYS
      : Int32Array.from(new Set([...replaced.keys()].flatMap((day) => [day, day + 1]))).sort();
  const rows: number[][] = [];
  for (let weekday = 0; weekday < DAYS_PER_WEEK; weekday += 1) {
    const dayBefore = (weekday + DAYS_PER_WEEK - 1) % DAYS_PER_WEEK;
    rows.push(openMinutes(startingWeekly(weekday), startingWeekly(dayBefore)));
  }
  for (const day of specialDays) rows.push(openMinutes(startingOn(day), startingOn(day - 1)));
  return pack(rows, specialDays);
}

/** Open minutes of a date, given the windows that start on it and those that started on the date before. */
function openMinutes(starting: readonly DailyWindow[], startedBefore: readonly DailyWindow[]): number[] {
  const ranges: [from: number, to: number][] = [];
  for (const window of starting) {
    const start = minuteOfDay(window.startTime);
    const end = minuteOfDay(window.endTime);
    // The end is inclusive to the whole minute. A window that runs past midnight leaves the rest to the next date.
    ranges.push([start, start <= end ? end + 1 : MINUTES_PER_DAY]);
  }
  for (const window of startedBefore) {
    const end = minuteOfDay(window.endTime);
    if (minuteOfDay(window.startTime) > end) ranges.push([0, end + 1]);
  }
  return merge(ranges);
}

function merge(ranges: [from: number, to: number][]): number[] {
  ranges.sort((a, b) => a[0] - b[0]);
  const merged: number[] = [];
  for (const [from, to] of ranges) {
    const last = merged.length - 1;
    const lastTo = merged[last];
    if (lastTo === undefined || from > lastTo) merged.push(from, to);
    else if (to > lastTo) merged[last] = to;
  }
  return merged;
}

function pack(rows: readonly number[][], specialDays: Int32Array): DayTable {
  const rowStart = new Uint32Array(rows.length + 1);
  let length = 0;
  for (const [row, bounds] of rows.entries()) {
    length += bounds.length;
    rowStart[row + 1] = length;
  }
  const isClosed = (row: number[]) => row.length === 0;
  const isWhole = (row: number[]) => row.length === 2 && row[0] === 0 && row[1] === MINUTES_PER_DAY;
  return {
    specialDays,
    rowStart,
    bounds: Uint16Array.from(rows.flat()),
    isConstant: rows.every(isClosed) || rows.every(isWhole),
  };
}

/** The row of `table` that says which minutes of `day` are open. */
export function rowOf(table: DayTable, day: DayNumber): number {
  const { specialDays } = table;
  let low = 0;
  let high = specialDays.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((specialDays[middle] as number) < day) low = middle + 1;
    else high = middle;
  }
  return specialDays[low] === day ? DAYS_PER_WEEK + low : dayOfWeek(day);
}

/** Whether `minute` (0–1439) of the local date `day` is open. */
export function isMinuteOpen(table: DayTable, day: DayNumber, minute: number): boolean {
  const { bounds, rowStart } = table;
  const row = rowOf(table, day);
  const end = rowStart[row + 1] as number;
  for (let at = rowStart[row] as number; at < end; at += 2) {
    if (minute < (bounds[at] as number)) return false;
    if (minute < (bounds[at + 1] as number)) return true;
  }
  return false;
}
