import { describe, expect, it } from 'vitest';
import {
  checkDateOverride,
  type DateOverride,
  MAX_DATE_OVERRIDES,
  MAX_OVERRIDE_WINDOWS,
} from '../../../src/domain/schedule/date-override.js';
import { checkSchedule } from '../../../src/domain/schedule/schedule.js';
import { checkTimeZone } from '../../../src/domain/schedule/time-zone.js';
import { checkWeeklyWindows, MAX_WEEKLY_WINDOWS } from '../../../src/domain/schedule/weekly-window.js';
import { ALL_ZONES } from './schedule-arbitraries.js';

const pad = (value: number) => String(value).padStart(2, '0');

/** As many windows, no two the same, all of them overlapping. */
function windows(count: number) {
  return Array.from({ length: count }, (_, index) => ({ startTime: `00:${pad(index)}`, endTime: '12:00' }));
}

function overrides(count: number): DateOverride[] {
  return Array.from({ length: count }, (_, index) => ({
    date: new Date(Date.UTC(2026, 0, 1 + index)).toISOString().slice(0, 10),
    windows: [],
  }));
}

describe('checks of a schedule', () => {
  it('takes every zone that the runtime lists, in any letter case', () => {
    expect(ALL_ZONES.filter((zone) => checkTimeZone(zone) !== null)).toEqual([]);
    expect(ALL_ZONES.filter((zone) => checkTimeZone(zone.toLowerCase()) !== null)).toEqual([]);
  });

  it.each([
    'UTC',
    'Etc/UTC',
    'GMT',
    'EST',
    'CET',
    'Etc/GMT+12',
    'Asia/Calcutta',
    'US/Pacific',
    'America/Argentina/Ushuaia',
  ])('takes the name %s', (zone) => {
    expect(checkTimeZone(zone)).toBeNull();
  });

  it.each([
    '',
    'Mars/Olympus',
    '+02:00',
    '-0500',
    'UTC+2',
    'BST',
    'pst',
    'SystemV/EST5',
    'local',
    'Etc/Unknown',
    'UTC\n',
  ])('refuses %j as a zone, naming the field', (zone) => {
    expect(checkTimeZone(zone)).toMatchObject({ code: 'request.invalid', field: 'timeZone' });
  });

  it('takes fifty overlapping weekly windows and not one more', () => {
    const week = (count: number) => windows(count).map((window) => ({ ...window, dayOfWeek: 1 as const }));
    expect(MAX_WEEKLY_WINDOWS).toBe(50);
    expect(checkWeeklyWindows(week(50))).toBeNull();
    expect(checkWeeklyWindows(week(51))).toMatchObject({ field: 'windows' });
  });

  it('names the first field at fault', () => {
    const good = { dayOfWeek: 1, startTime: '09:00', endTime: '17:00' } as const;
    const bad = { ...good, startTime: '9:00', endTime: '24:00' };
    expect(checkWeeklyWindows([good, { ...good, dayOfWeek: 2 }, bad])).toMatchObject({
      field: 'windows.2.startTime',
    });
    expect(checkWeeklyWindows([good, good])).toMatchObject({ field: 'windows.1' });
    expect(checkWeeklyWindows([{ ...good, dayOfWeek: 7 as 6 }])).toMatchObject({
      field: 'windows.0.dayOfWeek',
    });
    expect(checkWeeklyWindows([{ ...good, dayOfWeek: Number.NaN as 6 }])).toMatchObject({
      field: 'windows.0.dayOfWeek',
    });
  });

  it('takes a date with as many windows as a date may hold and not one more', () => {
    const date = '2026-06-10';
    expect(checkDateOverride({ date, windows: windows(MAX_OVERRIDE_WINDOWS) })).toBeNull();
    expect(checkDateOverride({ date, windows: windows(MAX_OVERRIDE_WINDOWS + 1) })).toMatchObject({
      field: 'windows',
    });
    expect(checkDateOverride({ date, windows: [...windows(2), ...windows(1)] })).toMatchObject({
      field: 'windows.2',
    });
  });

  it.each(['2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31'])('takes the date %s', (date) => {
    expect(checkDateOverride({ date, windows: [] })).toBeNull();
  });

  it.each([
    '2026-02-29',
    '1900-02-29',
    '2026-04-31',
    '2026-00-10',
    '26-04-01',
    '+002026-04-01',
    '2026-04-01\n',
    '',
  ])('refuses %j as a date', (date) => {
    expect(checkDateOverride({ date, windows: [] })).toMatchObject({
      code: 'request.invalid',
      field: 'date',
    });
  });

  it('takes two thousand overrides and not one more', () => {
    const schedule = { timeZone: 'UTC', windows: [] };
    expect(MAX_DATE_OVERRIDES).toBe(2_000);
    expect(checkSchedule({ ...schedule, overrides: overrides(2_000) })).toBeNull();
    expect(checkSchedule({ ...schedule, overrides: overrides(2_001) })).toMatchObject({ field: 'overrides' });
  });
});
