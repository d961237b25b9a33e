import type { BruteSchedule } from '../domain/schedule/brute-force.js';

/** A named case of the corpus. What is expected here was worked out by hand; the rest comes from the brute force. */
export interface PointCase {
  readonly name: string;
  /** Key of the schedule. */
  readonly schedule: string;
  /** ISO 8601 UTC */
  readonly at: string;
  readonly expected?: {
    readonly open: boolean;
    readonly nextOpeningAt?: string | null;
    readonly nextClosingAt?: string | null;
  };
}

export interface IntervalCase {
  readonly name: string;
  readonly schedule: string;
  readonly from: string;
  readonly to: string;
  readonly expected?: readonly (readonly [from: string, to: string])[];
}

/** A schedule that must not be accepted, and the path of the field that is at fault. */
export interface RefusedCase {
  readonly name: string;
  readonly schedule: BruteSchedule;
  readonly field: string;
}

export interface CaseGroup {
  readonly schedules: Readonly<Record<string, BruteSchedule>>;
  readonly points: readonly PointCase[];
  readonly intervals: readonly IntervalCase[];
}

export const WORKDAYS = [1, 2, 3, 4, 5];
export const ALL_DAYS = [0, 1, 2, 3, 4, 5, 6];

/** The same hours, `HH:MM-HH:MM`, on each of `days`. */
export function hours(days: readonly number[], ...times: readonly string[]): BruteSchedule['windows'] {
  return days.flatMap((dayOfWeek) =>
    times.map((time) => ({ dayOfWeek, startTime: time.slice(0, 5), endTime: time.slice(6) })),
  );
}

/** `{ '2026-12-25': [], '2026-12-31': ['09:00-12:00'] }` as overrides. */
export function dates(byDate: Readonly<Record<string, readonly string[]>>): BruteSchedule['overrides'] {
  return Object.entries(byDate).map(([date, times]) => ({
    date,
    windows: times.map((time) => ({ startTime: time.slice(0, 5), endTime: time.slice(6) })),
  }));
}

export function schedule(
  timeZone: string,
  windows: BruteSchedule['windows'],
  overrides: BruteSchedule['overrides'] = [],
): BruteSchedule {
  return { timeZone, windows, overrides };
}

/** `2026-03-29 07:00` (or with seconds) in UTC as ISO 8601 with milliseconds. */
export function utc(text: string): string {
  return new Date(`${text.replace(' ', 'T')}Z`).toISOString();
}

/**
 * Points by hand, one a line: schedule | name | instant | open or closed | next opening | next closing. Instants are UTC
 * as `utc` reads them, `never` is null, and `?` leaves the answer to the brute force.
 */
export function points(table: string): PointCase[] {
  const lines = table.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => {
    const [key = '', name = '', at = '', state = '', opening = '', closing = ''] = line
      .split('|')
      .map((cell) => cell.trim());
    if (state !== 'open' && state !== 'closed') throw new Error(`not a case: ${line}`);
    return {
      name,
      schedule: key,
      at: utc(at),
      expected: {
        open: state === 'open',
        ...(opening === '?' ? {} : { nextOpeningAt: edge(opening) }),
        ...(closing === '?' ? {} : { nextClosingAt: edge(closing) }),
      },
    };
  });
}

function edge(text: string): string | null {
  return text === 'never' ? null : utc(text);
}

/** Intervals by hand, each `<from> / <to>` in UTC. */
export function intervals(
  key: string,
  name: string,
  from: string,
  to: string,
  spans: readonly string[],
): IntervalCase {
  const expected = spans.map((span): [string, string] => {
    const [start = '', end = ''] = span.split(' / ');
    return [utc(start), utc(end)];
  });
  return { name, schedule: key, from: utc(from), to: utc(to), expected };
}
