import { describe, expect, test } from 'vitest';
import { compileSchedule } from '../../../src/domain/schedule/compiled-schedule.js';

const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6] as const;
const MONDAY_NOON = Date.parse('2026-03-02T12:00:00Z');

/** The same windows every day, in UTC. */
function daily(...windows: readonly (readonly [startTime: string, endTime: string])[]) {
  return compileSchedule({
    timeZone: 'UTC',
    windows: EVERY_DAY.flatMap((dayOfWeek) =>
      windows.map(([startTime, endTime]) => ({ dayOfWeek, startTime, endTime })),
    ),
    overrides: [],
  });
}

describe('a schedule that is the same every day', () => {
  test.each<[string, [string, string][], opens: string, closes: string]>([
    ['begins at midnight', [['00:00', '09:59']], '2026-03-03T00:00', '2026-03-03T10:00'],
    ['ends at midnight', [['18:00', '23:59']], '2026-03-02T18:00', '2026-03-03T00:00'],
    [
      'does both',
      [
        ['00:00', '09:59'],
        ['18:00', '23:59'],
      ],
      '2026-03-02T18:00',
      '2026-03-03T10:00',
    ],
    ['does neither', [['13:00', '13:59']], '2026-03-02T13:00', '2026-03-02T14:00'],
  ])('opens and closes where it %s', (_case, windows, opens, closes) => {
    const schedule = daily(...windows);
    const openedAt = schedule.nextOpeningAt(MONDAY_NOON);
    expect(openedAt).toBe(Date.parse(`${opens}Z`));
    expect(schedule.nextClosingAt(openedAt as number)).toBe(Date.parse(`${closes}Z`));
  });

  test('never opens or closes where it is open throughout, or closed', () => {
    for (const schedule of [daily(['00:00', '23:59']), daily()]) {
      expect(schedule.nextOpeningAt(MONDAY_NOON)).toBeNull();
      expect(schedule.nextClosingAt(MONDAY_NOON)).toBeNull();
    }
  });
});
