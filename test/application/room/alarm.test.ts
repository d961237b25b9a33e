import { describe, expect, test } from 'vitest';
import { createVirtualTime } from '../../../src/adapters/memory/virtual-time.js';
import { createAlarm } from '../../../src/application/room/alarm.js';
import { MINUTE_MS, SECOND_MS } from '../../../src/domain/instant.js';

const START = Date.parse('2026-03-02T10:00:00.000Z');

function setUp(longestNapMs?: number) {
  const time = createVirtualTime(START);
  const rung: number[] = [];
  let whileItRings = (): Promise<void> => Promise.resolve();
  const alarm = createAlarm({
    ...time,
    name: 'test',
    ring: () => {
      rung.push(time.clock.now() - START);
      return whileItRings();
    },
    ...(longestNapMs === undefined ? {} : { longestNapMs }),
  });
  const ringing = (run: () => Promise<void>): void => {
    whileItRings = run;
  };
  return { time, alarm, rung, ringing };
}

describe('an alarm', () => {
  test('rings once, at the earliest instant that it was set to', async () => {
    const { time, alarm, rung } = setUp();
    alarm.ringBy(START + 30 * SECOND_MS);
    alarm.ringBy(START + 10 * SECOND_MS);
    alarm.ringBy(START + 20 * SECOND_MS);
    await time.advance(MINUTE_MS);
    expect(rung).toEqual([10 * SECOND_MS]);
  });

  test('rings at once for an instant in the past', async () => {
    const { time, alarm, rung } = setUp();
    alarm.ringBy(START - SECOND_MS);
    await time.advance(MINUTE_MS);
    expect(rung).toEqual([1]);
  });

  test('may be set again while it rings', async () => {
    const { time, alarm, rung, ringing } = setUp();
    ringing(async () => {
      if (rung.length === 1) alarm.ringBy(START + 20 * SECOND_MS);
    });
    alarm.ringBy(START + 10 * SECOND_MS);
    await time.advance(MINUTE_MS);
    expect(rung).toEqual([10 * SECOND_MS, 20 * SECOND_MS]);
  });

  test('that is set anew rings only at the new instant, later or never', async () => {
    const { time, alarm, rung } = setUp();
    alarm.ringBy(START + 10 * SECOND_MS);
    alarm.setAnew(START + 20 * SECOND_MS);
    await time.advance(MINUTE_MS);
    expect(rung).toEqual([20 * SECOND_MS]);
    alarm.ringBy(START + 2 * MINUTE_MS);
    alarm.setAnew(null);
    await time.advance(5 * MINUTE_MS);
    expect(rung).toEqual([20 * SECOND_MS]);
  });

  test('sleeps no longer than it may, because the clock could be set forward', async () => {
    const { time, alarm, rung } = setUp(30 * SECOND_MS);
    alarm.ringBy(START + 5 * MINUTE_MS);
    await time.advance(MINUTE_MS);
    expect(rung).toEqual([30 * SECOND_MS]);
  });

  test('that is stopped rings no more, and has ended its last work, even if that failed', async () => {
    const { time, alarm, rung, ringing } = setUp();
    let fail = (): void => undefined;
    ringing(
      () =>
        new Promise((_, reject) => {
          fail = () => reject(new Error('out of order'));
        }),
    );
    alarm.ringBy(START + SECOND_MS);
    const advanced = time.advance(MINUTE_MS);
    await expect.poll(() => rung.length).toBe(1);
    let isStopped = false;
    const stopped = alarm.stop().then(() => {
      isStopped = true;
    });
    alarm.ringBy(START + 2 * SECOND_MS);
    await new Promise(setImmediate);
    expect(isStopped).toBe(false);
    fail();
    await Promise.all([stopped, advanced]);
    await time.advance(MINUTE_MS);
    expect(rung).toEqual([SECOND_MS]);
  });
});
