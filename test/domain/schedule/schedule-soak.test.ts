import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SCHEDULE_PROPERTIES } from './schedule-properties.js';

/**
 * `npm run test:schedule-soak`: the same laws over cases that nobody has seen yet, for SCHEDULE_SOAK_MINUTES (3).
 * SCHEDULE_SOAK_SEED repeats a run from its first round on.
 */
const isSoak = process.env['npm_lifecycle_event'] === 'test:schedule-soak';
const minutes = Number(process.env['SCHEDULE_SOAK_MINUTES'] ?? 3);
const firstSeed = Number(process.env['SCHEDULE_SOAK_SEED'] ?? Date.now() % 2 ** 31);

describe.skipIf(!isSoak)('the schedule evaluator, for minutes', () => {
  it(
    'keeps its laws',
    () => {
      const deadline = performance.now() + minutes * 60_000;
      let seed = firstSeed;
      let cases = 0;
      say(`seed ${firstSeed}, ${minutes} minutes`);
      while (performance.now() < deadline) {
        for (const { property, runs } of SCHEDULE_PROPERTIES) {
          const numRuns = Math.ceil(runs / 10);
          fc.assert(property as fc.IProperty<unknown>, { seed, numRuns });
          cases += numRuns;
        }
        seed += 1;
      }
      say(`${cases} cases held, seeds ${firstSeed} to ${seed - 1}`);
      expect(cases).toBeGreaterThan(0);
    },
    minutes * 60_000 + 120_000,
  );
});

function say(line: string): void {
  process.stdout.write(`schedule soak: ${line}\n`);
}
