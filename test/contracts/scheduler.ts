import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Job, ScheduledJob, Scheduler } from '../../src/application/ports/scheduler.js';
import { DAY_MS } from '../../src/domain/instant.js';

/** A scheduler whose time the test moves. */
export interface SchedulerUnderTest {
  readonly scheduler: Scheduler;
  /** Moves time on. Everything that is due on the way runs. */
  advance(ms: number): Promise<void>;
  /** Resolves when time has been moved on by `ms`. */
  sleep(ms: number): Promise<void>;
  /** Names of the jobs whose failures were logged so far. */
  failures(): readonly unknown[];
  close(): Promise<void>;
}

/** What `src/application/ports/scheduler.ts` says, for every adapter of it. */
export function describeSchedulerContract(name: string, open: () => Promise<SchedulerUnderTest>): void {
  describe(`${name}: scheduler`, () => {
    let subject: SchedulerUnderTest;
    let runs: number;
    let running: ScheduledJob[];
    beforeEach(async () => {
      subject = await open();
      runs = 0;
      running = [];
    });
    afterEach(async () => {
      for (const job of running) await job.stop();
      await subject.close();
    });

    function every(intervalMs: number, run: Job['run'] = async () => {}): ScheduledJob {
      const job = subject.scheduler.every(intervalMs, { name: 'test-job', run: counted(run) });
      running.push(job);
      return job;
    }
    function runAfter(delayMs: number, run: Job['run'] = async () => {}): ScheduledJob {
      const job = subject.scheduler.after(delayMs, { name: 'test-job', run: counted(run) });
      running.push(job);
      return job;
    }
    function counted(run: Job['run']): Job['run'] {
      return () => {
        runs += 1;
        return run();
      };
    }

    describeEvery(
      () => subject,
      every,
      () => runs,
    );
    describeAfter(
      () => subject,
      runAfter,
      () => runs,
    );

    test('yield gives a turn to what is ready', async () => {
      const order: string[] = [];
      const other = new Promise<void>((resolve) => {
        setImmediate(() => {
          order.push('other');
          resolve();
        });
      });
      await subject.scheduler.yield();
      order.push('after the yield');
      await other;
      expect(order).toEqual(['other', 'after the yield']);
    });
  });
}

type Start = (ms: number, run?: Job['run']) => ScheduledJob;

function describeEvery(subject: () => SchedulerUnderTest, every: Start, runs: () => number): void {
  describe('every', () => {
    test('runs at the end of each interval, not before', async () => {
      every(1_000);
      await subject().advance(999);
      expect(runs()).toBe(0);
      await subject().advance(1);
      expect(runs()).toBe(1);
      await subject().advance(3_500);
      expect(runs()).toBe(4);
    });

    test('skips the intervals that end while the job still runs', async () => {
      let atTheSameTime = 0;
      every(1_000, async () => {
        atTheSameTime += 1;
        expect(atTheSameTime).toBe(1);
        await subject().sleep(2_500);
        atTheSameTime -= 1;
      });
      await subject().advance(3_999);
      expect(runs()).toBe(1);
      await subject().advance(1);
      expect(runs()).toBe(2);
      await subject().advance(3_000);
      expect(runs()).toBe(3);
      await subject().advance(5_999);
      expect({ runs: runs(), atTheSameTime }).toEqual({ runs: 4, atTheSameTime: 0 });
      expect(subject().failures()).toEqual([]);
    });

    test('logs a run that fails, at once or later, and runs again', async () => {
      every(1_000, () => {
        if (runs() === 1) throw new Error('fails before it answers');
        if (runs() === 2) return Promise.reject(new Error('fails'));
        return Promise.resolve();
      });
      await subject().advance(3_000);
      expect(runs()).toBe(3);
      expect(subject().failures()).toEqual(['test-job', 'test-job']);
    });

    test('runs no more once it is stopped, however often', async () => {
      const job = every(1_000);
      await subject().advance(1_000);
      await job.stop();
      await job.stop();
      await subject().advance(5_000);
      expect(runs()).toBe(1);
    });

    test('never runs when it is stopped in the first interval', async () => {
      const job = every(1_000);
      await subject().advance(500);
      await job.stop();
      await subject().advance(5_000);
      expect(runs()).toBe(0);
    });

    test('stop waits for the run that is under way', async () => {
      let finished = false;
      const job = every(1_000, async () => {
        await subject().sleep(300);
        finished = true;
      });
      await subject().advance(1_000);
      let stopped = false;
      const stopping = job.stop().then(() => {
        stopped = true;
      });
      await subject().advance(299);
      expect({ finished, stopped }).toEqual({ finished: false, stopped: false });
      await subject().advance(1);
      await stopping;
      expect(finished).toBe(true);
      await subject().advance(5_000);
      expect(runs()).toBe(1);
    });

    test('takes an interval of 40 days', async () => {
      every(40 * DAY_MS);
      await subject().advance(40 * DAY_MS - 1);
      expect(runs()).toBe(0);
      await subject().advance(1);
      expect(runs()).toBe(1);
      await subject().advance(40 * DAY_MS);
      expect(runs()).toBe(2);
    });

    test('keeps jobs apart', async () => {
      let others = 0;
      const failing = every(1_000, () => Promise.reject(new Error('fails')));
      every(1_500, async () => {
        others += 1;
      });
      await subject().advance(3_000);
      await failing.stop();
      await subject().advance(3_000);
      expect(others).toBe(4);
    });

    test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses an interval of %s', (intervalMs) => {
      expect(() => every(intervalMs)).toThrow('an interval is a positive number of milliseconds');
    });
  });
}

function describeAfter(subject: () => SchedulerUnderTest, runAfter: Start, runs: () => number): void {
  describe('after', () => {
    test('runs once, at the end of the delay', async () => {
      runAfter(1_000);
      await subject().advance(999);
      expect(runs()).toBe(0);
      await subject().advance(1);
      expect(runs()).toBe(1);
      await subject().advance(10_000);
      expect(runs()).toBe(1);
    });

    test.each([0, -5])(
      'with a delay of %s runs as soon as it can, but not within the call',
      async (delayMs) => {
        runAfter(delayMs);
        expect(runs()).toBe(0);
        await subject().advance(1);
        expect(runs()).toBe(1);
      },
    );

    test.each([25, 60, 366])('takes a delay of %i days', async (days) => {
      runAfter(days * DAY_MS);
      await subject().advance(days * DAY_MS - 1);
      expect(runs()).toBe(0);
      await subject().advance(1);
      expect(runs()).toBe(1);
    });

    test('does not run when it is stopped before, however long the delay', async () => {
      const soon = runAfter(1_000);
      const late = runAfter(60 * DAY_MS);
      await subject().advance(999);
      await soon.stop();
      await subject().advance(30 * DAY_MS);
      await late.stop();
      await subject().advance(60 * DAY_MS);
      expect(runs()).toBe(0);
    });

    test('stop waits for the run that is under way', async () => {
      let finished = false;
      const job = runAfter(1_000, async () => {
        await subject().sleep(300);
        finished = true;
      });
      await subject().advance(1_000);
      const stopping = job.stop();
      await subject().advance(300);
      await stopping;
      expect(finished).toBe(true);
    });

    test('logs a run that fails', async () => {
      runAfter(1_000, () => {
        throw new Error('fails');
      });
      await subject().advance(1_000);
      expect(subject().failures()).toEqual(['test-job']);
    });

    test.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses a delay of %s', (delayMs) => {
      expect(() => runAfter(delayMs)).toThrow('a delay is a number of milliseconds');
    });
  });
}
