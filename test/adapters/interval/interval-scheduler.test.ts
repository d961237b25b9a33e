import { afterEach, describe, expect, test, vi } from 'vitest';
import { createIntervalScheduler } from '../../../src/adapters/interval/interval-scheduler.js';
import { createRecordingLogger, createSilentLogger } from '../../../src/adapters/memory/loggers.js';
import { describeSchedulerContract } from '../../contracts/scheduler.js';

function fakeTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
}

describeSchedulerContract('interval', async () => {
  fakeTimers();
  const logger = createRecordingLogger();
  return {
    scheduler: createIntervalScheduler({ logger }),
    advance: async (ms) => {
      await vi.advanceTimersByTimeAsync(ms);
    },
    sleep: (ms) =>
      new Promise((resolve) => {
        setTimeout(resolve, ms);
      }),
    failures: () =>
      logger.entries.filter(({ event }) => event === 'job.failed').map(({ fields }) => fields['job']),
    close: async () => {
      vi.useRealTimers();
    },
  };
});

describe('interval scheduler', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('leaves no timer behind once everything is stopped', async () => {
    fakeTimers();
    const scheduler = createIntervalScheduler({ logger: createSilentLogger() });
    const job = { name: 'job', run: async () => {} };
    const jobs = [scheduler.every(1_000, job), scheduler.after(1_000, job), scheduler.after(1e11, job)];
    await vi.advanceTimersByTimeAsync(2_500);
    for (const each of jobs) await each.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a clock that is set back or forward moves no run', async () => {
    fakeTimers();
    const scheduler = createIntervalScheduler({ logger: createSilentLogger() });
    let runs = 0;
    const job = scheduler.every(1_000, {
      name: 'job',
      run: async () => {
        runs += 1;
      },
    });
    vi.setSystemTime(Date.now() - 3_600_000);
    await vi.advanceTimersByTimeAsync(1_000);
    vi.setSystemTime(Date.now() + 7_200_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(runs).toBe(2);
    await job.stop();
  });

  test('runs on the real timers', async () => {
    const scheduler = createIntervalScheduler({ logger: createSilentLogger() });
    let runs = 0;
    const twice = new Promise<void>((resolve) => {
      const job = scheduler.every(1, {
        name: 'job',
        run: async () => {
          runs += 1;
          if (runs === 2) resolve(void job.stop());
        },
      });
    });
    const once = new Promise<void>((resolve) => {
      scheduler.after(1, { name: 'job', run: async () => resolve() });
    });
    // A waiting job does not keep the process alive; this test's own timer does.
    const keepAlive = setInterval(() => {}, 1_000);
    await Promise.all([twice, once]);
    clearInterval(keepAlive);
    expect(runs).toBe(2);
  });
});
