import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSchedule } from '../../../src/domain/schedule/compiled-schedule.js';
import type { Schedule } from '../../../src/domain/schedule/schedule.js';
import { spansByBruteForce, transitionsBetween } from './brute-force.js';
import { ALL_ZONES, HOUR } from './schedule-arbitraries.js';
import { SCHEDULE_PROPERTIES } from './schedule-properties.js';

/** The same cases in every run; `npm run test:schedule-soak` looks for new ones. A failure prints seed and path. */
const SEED = 20_260_329;

/** Seconds altogether, and many of them on a busy machine. */
const SLOW_MS = 120_000;

describe('the schedule evaluator', { timeout: SLOW_MS }, () => {
  it.each(SCHEDULE_PROPERTIES)('$name', ({ property, runs }) => {
    fc.assert(property as fc.IProperty<unknown>, { seed: SEED, numRuns: runs });
  });

  it('agrees with the brute force at the latest clock changes of every zone there is', () => {
    const overnight = { startTime: '22:30', endTime: '02:15' };
    for (const timeZone of ALL_ZONES) {
      const schedule: Schedule = {
        timeZone,
        windows: ([0, 1, 2, 3, 4, 5, 6] as const).flatMap((dayOfWeek) => [
          { dayOfWeek, startTime: '02:30', endTime: '02:44' },
          { dayOfWeek, startTime: '03:00', endTime: '12:59' },
          { dayOfWeek, ...overnight },
        ]),
        overrides: [],
      };
      const [transition] = transitionsBetween(timeZone, Date.UTC(2025, 6, 1), Date.UTC(2026, 6, 1));
      const from = (transition ?? Date.UTC(2026, 0, 1)) - 5 * HOUR;
      const to = from + 10 * HOUR;
      const spans = compileSchedule(schedule).intervals(from, to);
      expect({ timeZone, spans }).toEqual({ timeZone, spans: spansByBruteForce(schedule, from, to) });
    }
  });
});
