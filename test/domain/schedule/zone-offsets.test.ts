import { describe, expect, it } from 'vitest';
import { InvariantViolation } from '../../../src/domain/invariant.js';
import { compileSchedule } from '../../../src/domain/schedule/compiled-schedule.js';
import {
  createZoneOffsets,
  MAX_INSTANT,
  MIN_INSTANT,
  type OffsetSegment,
  zoneOffsets,
} from '../../../src/domain/schedule/zone-offsets.js';
import { transitionsBetween, wallClockAt } from './brute-force.js';
import { ALL_ZONES, DAY } from './schedule-arbitraries.js';

function offsetByIntl(timeZone: string, instant: number): number {
  const { date, time, second } = wallClockAt(timeZone, instant);
  return Date.parse(`${date}T${time}:00Z`) + second * 1_000 - Math.floor(instant / 1_000) * 1_000;
}

function changes(timeZone: string, from: number, to: number): number[] {
  let before: OffsetSegment | undefined;
  const found: number[] = [];
  for (const segment of zoneOffsets(timeZone).segments(from, to)) {
    if (before !== undefined) {
      if (segment.from !== before.to) throw new Error(`${timeZone}: a gap before ${segment.from}`);
      if (segment.offset !== before.offset) found.push(segment.from);
    }
    before = segment;
  }
  return found;
}

describe('offsets of a zone', { timeout: 120_000 }, () => {
  it('finds every clock change of every zone in a year and a half', () => {
    const [from, to] = [Date.UTC(2024, 6, 1), Date.UTC(2026, 0, 1)];
    for (const timeZone of ALL_ZONES) {
      expect([timeZone, changes(timeZone, from, to)]).toEqual([
        timeZone,
        transitionsBetween(timeZone, from, to),
      ]);
    }
  });

  it.each([
    ['Africa/Freetown', '1939-08-01', '1939-10-30'],
    ['America/Recife', '2000-09-01', '2000-12-01'],
    ['America/Boa_Vista', '2000-09-01', '2000-12-01'],
    ['Africa/Tunis', '1943-03-01', '1943-06-01'],
    ['Europe/Vienna', '1945-03-01', '1945-06-01'],
    ['Asia/Gaza', '2040-09-01', '2040-12-01'],
  ])('finds the clock changes of %s that are days apart', (timeZone, first, last) => {
    const [from, to] = [Date.parse(first), Date.parse(last)];
    expect(changes(timeZone, from, to)).toEqual(transitionsBetween(timeZone, from, to));
  });

  it('keeps seconds: mean times before standard time', () => {
    const at = Date.UTC(1890, 5, 1);
    expect(zoneOffsets('Europe/Vienna').offsetAt(at)).toBe(3_921_000);
    expect(zoneOffsets('Africa/Monrovia').offsetAt(Date.UTC(1971, 0, 1))).toBe(-2_670_000);
  });

  it('answers the same when a stretch has given way to another and is asked for again', () => {
    const vienna = zoneOffsets('Europe/Vienna');
    // Eight years, six days at a time, there and back: many times what a zone remembers.
    const instants = Array.from({ length: 470 }, (_, index) => Date.UTC(2020, 6, 1) + index * 2 ** 29);
    const expected = instants.map((instant) => offsetByIntl('Europe/Vienna', instant));
    expect(instants.map((instant) => vienna.offsetAt(instant))).toEqual(expected);
    expect(instants.toReversed().map((instant) => vienna.offsetAt(instant))).toEqual(expected.toReversed());
  });

  it('keeps apart what holds on both sides of a transition at the very edge of what is remembered together', () => {
    const zone = createZoneOffsets((instant) => (instant < 0 ? 0 : 3_600_000), 0);
    expect([-1, 0, 1].map((instant) => zone.offsetAt(instant))).toEqual([0, 3_600_000, 3_600_000]);
    const offsets = [...zone.segments(-DAY, DAY)].map(({ offset }) => offset);
    expect(offsets).toEqual([0, 3_600_000]);
  });

  it('knows each of several stretches between transitions that are remembered together', () => {
    const transitions = [1, 1.2, 4.5, 5].map((days) => days * DAY);
    const stretchOf = (instant: number) => transitions.filter((transition) => instant >= transition).length;
    const zone = createZoneOffsets((instant) => stretchOf(instant) * 3_600_000, 0);
    for (const instant of [
      0,
      ...transitions.flatMap((transition) => [transition - 1, transition]),
      6 * DAY,
    ]) {
      expect(zone.offsetAt(instant)).toBe(stretchOf(instant) * 3_600_000);
    }
  });

  it('notices an offset that is back again before what is remembered together ends', () => {
    const isOther = (instant: number) => instant >= 2 * DAY && instant < 4 * DAY;
    const zone = createZoneOffsets((instant) => (isOther(instant) ? 3_600_000 : 0), 0);
    for (const instant of [0, 2 * DAY - 1, 2 * DAY, 4 * DAY - 1, 4 * DAY]) {
      expect(zone.offsetAt(instant)).toBe(isOther(instant) ? 3_600_000 : 0);
    }
  });

  it('is shared by all who ask, whatever the letter case', () => {
    expect(zoneOffsets('Europe/Vienna')).toBe(zoneOffsets('EUROPE/vienna'));
  });

  it('reaches to both ends of the range of dates, and says no beyond', () => {
    const schedule = compileSchedule({
      timeZone: 'America/New_York',
      windows: [{ dayOfWeek: 2, startTime: '09:00', endTime: '17:00' }],
      overrides: [],
    });
    expect(schedule.intervals(MIN_INSTANT, MIN_INSTANT + 30 * DAY).length).toBeGreaterThan(3);
    expect(schedule.intervals(MAX_INSTANT - 30 * DAY, MAX_INSTANT).length).toBeGreaterThan(3);
    expect(schedule.nextOpeningAt(MAX_INSTANT)).toBeNull();
    expect(schedule.nextClosingAt(MAX_INSTANT)).toBeNull();
    expect([MIN_INSTANT, MAX_INSTANT].map((instant) => schedule.isOpenAt(instant))).toEqual([false, false]);
    for (const instant of [9e15, -9e15, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => schedule.isOpenAt(instant)).toThrow(InvariantViolation);
    }
  });

  it('holds an unknown zone for a bug, since it should have been refused', () => {
    expect(() => zoneOffsets('Mars/Olympus')).toThrow(InvariantViolation);
  });
});
