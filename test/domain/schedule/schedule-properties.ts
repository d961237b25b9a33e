import fc from 'fast-check';
import { expect } from 'vitest';
import {
  type CompiledSchedule,
  compileSchedule,
  type Interval,
  NEXT_EDGE_HORIZON_MS,
} from '../../../src/domain/schedule/compiled-schedule.js';
import {
  isOpenByBruteForce,
  nextEdgesByBruteForce,
  spansByBruteForce,
  wallClockAt,
  wallMinutes,
} from './brute-force.js';
import {
  anyCase,
  anyFocus,
  aroundFocus,
  type Case,
  DAY,
  HOUR,
  weeklyWindow,
  weeklyWindows,
} from './schedule-arbitraries.js';

/** One law of the evaluator; the soak runs the same ones as the normal run. */
export interface ScheduleProperty {
  readonly name: string;
  /** Cases of the normal run: some hundreds each, because they are the same every time. The soak goes on to others. */
  readonly runs: number;
  readonly property: fc.IRawProperty<unknown>;
}

const pointIsBruteForce = fc.property(
  anyCase,
  fc.array(aroundFocus, { minLength: 10 }),
  ({ schedule, focus }, at) => {
    const compiled = compileSchedule(schedule);
    expect(at.map((offset) => [offset, compiled.isOpenAt(focus + offset)])).toEqual(
      at.map((offset) => [offset, isOpenByBruteForce(schedule, focus + offset)]),
    );
  },
);

const cutSpan = fc.tuple(
  fc.integer({ min: -14 * HOUR, max: -HOUR }),
  fc.integer({ min: HOUR, max: 14 * HOUR }),
);

const intervalsAreBruteForce = fc.property(
  anyCase,
  fc.array(weeklyWindows, { maxLength: 4 }),
  cutSpan,
  ({ schedule, focus }, otherWeeks, [before, after]) => {
    const [from, to] = [focus + before, focus + after];
    // The walk is the slow part; several schedules read the same one.
    const minutes = [];
    for (const minute of wallMinutes(schedule.timeZone, from)) {
      if (minute.from >= to) break;
      minutes.push(minute);
    }
    for (const windows of [schedule.windows, ...otherWeeks]) {
      const each = { ...schedule, windows };
      expect(compileSchedule(each).intervals(from, to)).toEqual(spansByBruteForce(each, from, to, minutes));
    }
  },
);

const nextIsFirstEdgeOfBruteForce = fc.property(anyCase, aroundFocus, ({ schedule, focus }, offset) => {
  const compiled = compileSchedule(schedule);
  const instant = focus + offset;
  const walked = instant + 12 * HOUR;
  const within = (edge: number | null) => (edge !== null && edge <= walked ? edge : null);
  expect({
    nextOpeningAt: within(compiled.nextOpeningAt(instant)),
    nextClosingAt: within(compiled.nextClosingAt(instant)),
  }).toEqual(nextEdgesByBruteForce(schedule, instant, walked));
});

const openInsideClosedOutside = fc.property(
  anyCase,
  fc.integer({ min: 1, max: 40 * DAY }),
  fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), { minLength: 1, maxLength: 20 }),
  ({ schedule, focus }, length, fractions) => {
    const compiled = compileSchedule(schedule);
    const [from, to] = [focus - Math.floor(length / 2), focus + Math.ceil(length / 2)];
    const spans = compiled.intervals(from, to);
    expectMaximal(spans, from, to);
    const instants = fractions.map((fraction) => from + Math.floor(fraction * (to - from)));
    const isInside = (instant: number) => spans.some((span) => span.from <= instant && instant < span.to);
    expect(instants.map((instant) => [instant, compiled.isOpenAt(instant)])).toEqual(
      instants.map((instant) => [instant, isInside(instant)]),
    );
    // One assertion for all of them: there are hundreds of spans, and an assertion takes longer than what it looks at.
    const wrong = spans.filter(
      (span) =>
        !compiled.isOpenAt(span.from) ||
        !compiled.isOpenAt(span.to - 1) ||
        (span.from > from && compiled.isOpenAt(span.from - 1)) ||
        (span.to < to && compiled.isOpenAt(span.to)),
    );
    expect(wrong).toEqual([]);
  },
);

function expectMaximal(spans: readonly Interval[], from: number, to: number): void {
  let lastEnd = Number.NEGATIVE_INFINITY;
  for (const span of spans) {
    expect(span.from).toBeGreaterThan(lastEnd);
    expect(span.to).toBeGreaterThan(span.from);
    lastEnd = span.to;
  }
  expect(spans[0]?.from ?? from).toBeGreaterThanOrEqual(from);
  expect(spans.at(-1)?.to ?? to).toBeLessThanOrEqual(to);
}

const nextWalksTheIntervals = fc.property(anyCase, ({ schedule, focus }) => {
  const compiled = compileSchedule(schedule);
  const [from, to] = [focus - 20 * DAY, focus + 20 * DAY];
  const spans = compiled.intervals(from, to);
  const opens = spans.map((span) => span.from).filter((edge) => edge > from);
  const closes = spans.map((span) => span.to).filter((edge) => edge < to);
  expect(chain(from, to, (at) => compiled.nextOpeningAt(at))).toEqual(opens);
  expect(chain(from, to, (at) => compiled.nextClosingAt(at))).toEqual(closes);
});

/** Every answer of `next` after `from` and before `to`, each asked for at the one before. */
function chain(from: number, to: number, next: (instant: number) => number | null): number[] {
  const edges: number[] = [];
  for (let edge = next(from); edge !== null && edge < to; edge = next(edge)) edges.push(edge);
  return edges;
}

const nothingWithinTheHorizonIsNull = fc.property(anyCase, aroundFocus, ({ schedule, focus }, offset) => {
  const compiled = compileSchedule(schedule);
  const instant = focus + offset;
  const spans = compiled.intervals(instant - 1, instant + NEXT_EDGE_HORIZON_MS + 1);
  const opens = spans.map((span) => span.from).find((edge) => edge > instant);
  const closes = spans
    .map((span) => span.to)
    .find((edge) => edge > instant && edge <= instant + NEXT_EDGE_HORIZON_MS);
  expect(compiled.nextOpeningAt(instant)).toBe(opens ?? null);
  expect(compiled.nextClosingAt(instant)).toBe(closes ?? null);
});

const addingAWindowClosesNothing = fc.property(anyCase, weeklyWindow, ({ schedule, focus }, added) => {
  const [from, to] = [focus - 10 * DAY, focus + 10 * DAY];
  const before = compileSchedule(schedule).intervals(from, to);
  const after = compileSchedule({ ...schedule, windows: [...schedule.windows, added] }).intervals(from, to);
  for (const span of before) {
    expect(after.some((wider) => wider.from <= span.from && span.to <= wider.to)).toBe(true);
  }
});

const aQuietWeekRepeats = fc.property(anyFocus, weeklyWindows, ({ timeZone, focus }, windows) => {
  const from = focus + 3 * DAY;
  fc.pre(isQuiet(timeZone, from, from + 14 * DAY));
  const compiled = compileSchedule({ timeZone, windows, overrides: [] });
  const shifted = compiled
    .intervals(from + 7 * DAY, from + 14 * DAY)
    .map((span) => ({ from: span.from - 7 * DAY, to: span.to - 7 * DAY }));
  expect(shifted).toEqual(compiled.intervals(from, from + 7 * DAY));
});

/** The clock stays as it is; read four times a day. */
function isQuiet(timeZone: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 6 * HOUR) {
    const [now, later] = [wallClockAt(timeZone, at), wallClockAt(timeZone, at + 6 * HOUR)];
    const elapsed = Date.parse(`${later.date}T${later.time}Z`) - Date.parse(`${now.date}T${now.time}Z`);
    if (elapsed !== 6 * HOUR || now.second !== later.second) return false;
  }
  return true;
}

const anOverrideThatRepeatsItsWeekdayChangesNothing = fc.property(
  anyCase,
  fc.integer({ min: -3, max: 3 }),
  ({ schedule, focus }, days) => {
    const at = new Date(focus + days * DAY);
    const date = at.toISOString().slice(0, 10);
    fc.pre(schedule.overrides.every((override) => override.date !== date));
    const windows = schedule.windows.filter((window) => window.dayOfWeek === at.getUTCDay());
    const repeated = { ...schedule, overrides: [...schedule.overrides, { date, windows }] };
    expectSameWeek(compileSchedule(repeated), compileSchedule(schedule), focus);
  },
);

const orderDoesNotMatter = fc.property(anyCase, ({ schedule, focus }) => {
  const reversed = {
    timeZone: schedule.timeZone.toUpperCase(),
    windows: schedule.windows.toReversed(),
    overrides: schedule.overrides.toReversed(),
  };
  expectSameWeek(compileSchedule(reversed), compileSchedule(schedule), focus);
});

function expectSameWeek(one: CompiledSchedule, other: CompiledSchedule, focus: Case['focus']): void {
  expect(one.intervals(focus - 7 * DAY, focus + 7 * DAY)).toEqual(
    other.intervals(focus - 7 * DAY, focus + 7 * DAY),
  );
}

export const SCHEDULE_PROPERTIES: readonly ScheduleProperty[] = [
  { name: 'the point view is the brute force', runs: 1_000, property: pointIsBruteForce },
  { name: 'the intervals are the brute force', runs: 400, property: intervalsAreBruteForce },
  { name: 'next is the first edge of the brute force', runs: 300, property: nextIsFirstEdgeOfBruteForce },
  { name: 'inside an interval is open, outside is closed', runs: 750, property: openInsideClosedOutside },
  { name: 'next walks from edge to edge of the intervals', runs: 600, property: nextWalksTheIntervals },
  { name: 'next answers up to its horizon', runs: 300, property: nothingWithinTheHorizonIsNull },
  { name: 'adding a window closes nothing', runs: 1_000, property: addingAWindowClosesNothing },
  { name: 'a week without a clock change repeats', runs: 600, property: aQuietWeekRepeats },
  {
    name: 'an override that repeats its weekday changes nothing',
    runs: 600,
    property: anOverrideThatRepeatsItsWeekdayChangesNothing,
  },
  { name: 'order and letter case do not matter', runs: 600, property: orderDoesNotMatter },
];
