import { describe, expect, test } from 'vitest';
import { createRecordingLogger } from '../../../src/adapters/memory/loggers.js';
import { createVirtualTime } from '../../../src/adapters/memory/virtual-time.js';
import { describeSchedulerContract } from '../../contracts/scheduler.js';

describeSchedulerContract('virtual time', async () => {
  const logger = createRecordingLogger();
  const { scheduler, advance, sleep } = createVirtualTime(0, { logger });
  return {
    scheduler,
    advance,
    sleep,
    failures: () =>
      logger.entries.filter(({ event }) => event === 'job.failed').map(({ fields }) => fields['job']),
    close: async () => {},
  };
});

describe('virtual time', () => {
  test('a job sees the moment at which it is due, and jobs come in the order of their time', async () => {
    const { clock, scheduler, advance } = createVirtualTime(1_000);
    const seen: string[] = [];
    const note = (name: string) => ({
      name,
      run: async () => {
        seen.push(`${name}@${clock.now()}`);
      },
    });
    scheduler.after(30, note('c'));
    scheduler.after(10, note('a'));
    scheduler.every(20, note('b'));
    scheduler.after(20, note('b2'));
    await advance(45);
    expect(seen).toEqual(['a@1010', 'b@1020', 'b2@1020', 'c@1030', 'b@1040']);
    expect(clock.now()).toBe(1_045);
  });

  test('advance waits for what the jobs do, other turns of the loop included', async () => {
    const { scheduler, advance } = createVirtualTime(0);
    let turns = 0;
    scheduler.after(10, {
      name: 'long',
      run: async () => {
        for (; turns < 50; turns += 1) await scheduler.yield();
      },
    });
    await advance(10);
    expect(turns).toBe(50);
  });

  test('advances follow each other', async () => {
    const { clock, advance } = createVirtualTime(0);
    await Promise.all([advance(10), advance(20)]);
    expect(clock.now()).toBe(30);
  });

  test('stepping the clock moves no timer', async () => {
    const { clock, scheduler, advance, stepClock } = createVirtualTime(0);
    const seen: number[] = [];
    scheduler.every(100, {
      name: 'tick',
      run: async () => {
        seen.push(clock.now());
      },
    });
    await advance(100);
    stepClock(-1_000);
    await advance(100);
    stepClock(5_000);
    await advance(100);
    expect(seen).toEqual([100, -800, 4_300]);
  });
});
