import { expect, test } from 'vitest';
import { createRecordingLogger } from '../../../src/adapters/memory/loggers.js';
import { createRecordingMetrics } from '../../../src/adapters/memory/metrics.js';
import {
  AGREED_CLOCK_DIFFERENCE_MS,
  createCompareClocks,
  MAX_CLOCK_DIFFERENCE_MS,
} from '../../../src/application/peers/compare-clocks.js';

const NOON = Date.parse('2026-03-02T12:00:00.000Z');

/** A process whose clock is ahead of the database's, which takes a while to answer. */
function open() {
  const it = { aheadMs: 0, wayThereMs: 0, wayBackMs: 0, isAway: false };
  let trueTime = NOON;
  const logger = createRecordingLogger();
  const metrics = createRecordingMetrics();
  const compare = createCompareClocks({
    clock: { now: () => trueTime + it.aheadMs },
    databaseNow: async () => {
      if (it.isAway) throw new Error('the database is away');
      trueTime += it.wayThereMs;
      const now = trueTime;
      trueTime += it.wayBackMs;
      return now;
    },
    logger,
    metrics,
  });
  const told = () => logger.entries.map(({ level, event, fields }) => [level, event, fields['aheadMs']]);
  return { it, compare, told, ahead: () => metrics.read('clock_ahead_ms') };
}

test.each([
  ['ahead', 1],
  ['behind', -1],
])('a clock that is %s of the database’s is told once, and once more when it agrees', async (_name, sign) => {
  const { it, compare, told, ahead } = open();
  await compare();
  it.aheadMs = sign * MAX_CLOCK_DIFFERENCE_MS;
  await compare();
  expect(told()).toEqual([]);

  it.aheadMs = sign * (MAX_CLOCK_DIFFERENCE_MS + 1);
  await compare();
  await compare();
  expect(told()).toEqual([['warn', 'clock.differs', it.aheadMs]]);
  expect(ahead()).toBe(it.aheadMs);

  // Near the limit it does not go back and forth.
  it.aheadMs = sign * AGREED_CLOCK_DIFFERENCE_MS;
  await compare();
  expect(told()).toHaveLength(1);
  it.aheadMs = sign * (AGREED_CLOCK_DIFFERENCE_MS - 1);
  await compare();
  await compare();
  expect(told().slice(1)).toEqual([['info', 'clock.agrees', it.aheadMs]]);
});

test('the middle of the round trip is compared', async () => {
  const { it, compare, told, ahead } = open();
  it.wayThereMs = 30;
  it.wayBackMs = 30;
  it.aheadMs = 7;
  await compare();
  expect(ahead()).toBe(7);
  expect(told()).toEqual([]);
});

test('a slow answer proves nothing: neither that the clocks differ, nor that they agree', async () => {
  const { it, compare, told } = open();
  it.wayBackMs = 3 * MAX_CLOCK_DIFFERENCE_MS;
  await compare();
  expect(told()).toEqual([]);

  it.wayBackMs = 0;
  it.aheadMs = 2 * MAX_CLOCK_DIFFERENCE_MS;
  await compare();
  it.aheadMs = 0;
  it.wayThereMs = AGREED_CLOCK_DIFFERENCE_MS;
  it.wayBackMs = AGREED_CLOCK_DIFFERENCE_MS;
  await compare();
  expect(told().map(([, event]) => event)).toEqual(['clock.differs']);
});

test('a database that is away, and a clock that is set back meanwhile, change nothing', async () => {
  const { it, compare, told, ahead } = open();
  it.aheadMs = 2 * MAX_CLOCK_DIFFERENCE_MS;
  await compare();
  it.isAway = true;
  await compare();
  it.isAway = false;
  it.wayThereMs = -60_000;
  await compare();
  expect(told()).toHaveLength(1);
  expect(ahead()).toBe(2 * MAX_CLOCK_DIFFERENCE_MS);
});
