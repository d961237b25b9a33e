import fc from 'fast-check';
import type { DateOverride } from '../../../src/domain/schedule/date-override.js';
import type { Schedule } from '../../../src/domain/schedule/schedule.js';
import type { WeeklyWindow } from '../../../src/domain/schedule/weekly-window.js';
import { transitionsBetween } from './brute-force.js';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export const ALL_ZONES = Intl.supportedValuesOf('timeZone');

/** A schedule and an instant, where the zone's clocks change if they change within three years at all. */
export interface Case {
  readonly schedule: Schedule;
  readonly focus: number;
}

const pad = (value: number) => String(value).padStart(2, '0');

/** Half of all times are those around which something happens: midnight, the last minute, the hours of clock changes. */
const wallTime = fc.oneof(
  fc.constantFrom(
    '00:00',
    '00:01',
    '00:30',
    '01:00',
    '01:30',
    '01:59',
    '02:00',
    '02:29',
    '02:30',
    '02:59',
    '03:00',
  ),
  fc.constantFrom('12:00', '22:00', '23:00', '23:30', '23:58', '23:59'),
  fc.tuple(fc.nat(23), fc.nat(59)).map(([hour, minute]) => `${pad(hour)}:${pad(minute)}`),
);

const dailyWindow = fc.record({ startTime: wallTime, endTime: wallTime });

export const weeklyWindow: fc.Arbitrary<WeeklyWindow> = fc.record({
  dayOfWeek: fc.constantFrom(0, 1, 2, 3, 4, 5, 6),
  startTime: wallTime,
  endTime: wallTime,
});

export const weeklyWindows = fc.array(weeklyWindow, { maxLength: 10 });

const year = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1995, max: 2035 }) },
  { weight: 3, arbitrary: fc.integer({ min: 1910, max: 1994 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1840, max: 2200 }) },
);

const transitionsInStretch = new Map<string, number[]>();

/** Transitions of the three years around `aroundYear`, remembered, because many cases ask for the same. Aiming needs not all of them. */
function transitionsAround(timeZone: string, aroundYear: number): number[] {
  const first = aroundYear - (aroundYear % 3);
  const key = `${timeZone} ${first}`;
  let found = transitionsInStretch.get(key);
  if (found === undefined) {
    found = transitionsBetween(timeZone, Date.UTC(first, 0, 1), Date.UTC(first + 3, 0, 1), 8 * DAY);
    transitionsInStretch.set(key, found);
  }
  return found;
}

export const anyFocus = fc
  .record({
    timeZone: fc.constantFrom(...ALL_ZONES),
    year,
    pick: fc.nat(20),
    intoYear: fc.nat(365 * 24 * 60),
  })
  .map(({ timeZone, year, pick, intoYear }) => {
    const transitions = transitionsAround(timeZone, year);
    const focus =
      transitions[pick % Math.max(transitions.length, 1)] ?? Date.UTC(year, 0, 1) + intoYear * 60_000;
    return { timeZone, focus };
  });

/** Overrides fall on the five dates around the focus; most schedules have none to two. */
function overridesAround(focus: number): fc.Arbitrary<DateOverride[]> {
  return fc.uniqueArray(
    fc.record({
      date: fc
        .integer({ min: -2, max: 2 })
        .map((days) => new Date(focus + days * DAY).toISOString().slice(0, 10)),
      windows: fc.array(dailyWindow, { maxLength: 3 }),
    }),
    { maxLength: 3, selector: (override) => override.date },
  );
}

export const anyCase: fc.Arbitrary<Case> = anyFocus.chain(({ timeZone, focus }) =>
  fc.record({
    schedule: fc.record({
      timeZone: fc.constant(timeZone),
      windows: weeklyWindows,
      overrides: overridesAround(focus),
    }),
    focus: fc.constant(focus),
  }),
);

/** Instants around a focus: anywhere within a day and a half, and the milliseconds where minutes begin and end. */
export const aroundFocus = fc.oneof(
  fc.integer({ min: -36 * HOUR, max: 36 * HOUR }),
  fc
    .tuple(fc.integer({ min: -180, max: 180 }), fc.constantFrom(-1, 0, 1))
    .map(([minutes, ms]) => minutes * 60_000 + ms),
);
