import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileSchedule } from '../../../src/domain/schedule/compiled-schedule.js';
import { anyCase, aroundFocus, DAY } from '../../domain/schedule/schedule-arbitraries.js';
import { apiHarness } from './api-harness.js';

const api = apiHarness();

interface Interval {
  readonly from: string;
  readonly to: string;
}

it('answers as the evaluator decides, at every instant of the range', { timeout: 120_000 }, async () => {
  const { call, memory } = await api.open({ isOpen: true });
  let doctors = 0;

  await fc.assert(
    fc.asyncProperty(
      anyCase,
      fc.array(aroundFocus, { minLength: 1, maxLength: 30 }),
      async (given, steps) => {
        const { schedule, focus } = given;
        doctors += 1;
        const path = `/api/v1/doctors/dr-${doctors}`;
        const { timeZone, windows } = schedule;
        const body = { id: `dr-${doctors}`, name: 'Dr A', timeZone, windows: distinct(windows) };
        expect((await call('POST', '/api/v1/doctors', { body })).status).toBe(201);
        for (const { date, windows } of schedule.overrides) {
          const set = await call('PUT', `${path}/overrides/${date}`, {
            body: { windows: distinct(windows) },
          });
          expect(set.status).toBe(200);
        }

        const from = focus - 2 * DAY;
        const range = `from=${new Date(from).toISOString()}&to=${new Date(focus + 2 * DAY).toISOString()}`;
        const { json } = await call('GET', `${path}/availability?${range}`);
        const intervals: readonly Interval[] = json.intervals;
        const isWithin = (instant: number): boolean =>
          intervals.some(({ from, to }) => Date.parse(from) <= instant && instant < Date.parse(to));

        const evaluator = compileSchedule(schedule);
        for (const step of steps) expect(isWithin(focus + step)).toBe(evaluator.isOpenAt(focus + step));
        expect(json.open).toBe(evaluator.isOpenAt(memory.time.clock.now()));
      },
    ),
    { numRuns: 60 },
  );
});

/** A list does not hold the same window twice. */
function distinct<Window extends object>(windows: readonly Window[]): readonly Window[] {
  return [...new Map(windows.map((window) => [JSON.stringify(window), window])).values()];
}
