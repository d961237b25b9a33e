import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { Clock } from '../../application/ports/clock.js';
import type { Logger } from '../../application/ports/logger.js';
import type { Job, ScheduledJob, Scheduler } from '../../application/ports/scheduler.js';
import type { Instant } from '../../domain/instant.js';
import { invariant } from '../../domain/invariant.js';
import { createSilentLogger } from './loggers.js';

/** A clock and a scheduler whose time moves only when a test moves it, the same in every run. */
export interface VirtualTime {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  /**
   * Moves time on by `ms`, stopping at each moment at which something is due: what is due runs in the order of its
   * time, then in the order in which it was scheduled. Resolves when all that ran has finished or sleeps past the new
   * time. Calls run one after another; a job must not await one.
   */
  advance(ms: number): Promise<void>;
  /** Resolves when `ms` of virtual time have passed: latency, as time sees it. */
  sleep(ms: number): Promise<void>;
  /** Sets the clock forward or back by `ms`, as an operator does. No timer takes notice. */
  stepClock(ms: number): void;
}

interface Timer {
  readonly dueAt: number;
  readonly fire: () => void;
}

export function createVirtualTime(
  startInstant: Instant,
  options: { readonly logger?: Logger } = {},
): VirtualTime {
  const { logger = createSilentLogger() } = options;
  const timers = new Set<Timer>();
  const { start, settle, sleepWhile } = createRuns(logger);
  let now = 0;
  let clockAtZero = startInstant;
  let advances: Promise<void> = Promise.resolve();

  function startTimer(delayMs: number, fire: () => void): Timer {
    const timer = { dueAt: now + Math.max(0, delayMs), fire };
    timers.add(timer);
    return timer;
  }

  function nextDue(until: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of timers) {
      if (timer.dueAt <= until && (next === undefined || timer.dueAt < next.dueAt)) next = timer;
    }
    return next;
  }

  async function moveOn(ms: number): Promise<void> {
    const until = now + ms;
    await settle();
    for (let timer = nextDue(until); timer !== undefined; timer = nextDue(until)) {
      timers.delete(timer);
      now = timer.dueAt;
      timer.fire();
      await settle();
    }
    now = until;
  }

  function every(intervalMs: number, job: Job): ScheduledJob {
    invariant(
      intervalMs > 0 && Number.isFinite(intervalMs),
      'an interval is a positive number of milliseconds',
    );
    let run: Promise<void> | null = null;
    let timer = startTimer(intervalMs, tick);
    function tick(): void {
      timer = startTimer(intervalMs, tick);
      run ??= start(job).finally(() => {
        run = null;
      });
    }
    return {
      stop: async () => {
        timers.delete(timer);
        await run;
      },
    };
  }

  function after(delayMs: number, job: Job): ScheduledJob {
    invariant(Number.isFinite(delayMs), 'a delay is a number of milliseconds');
    let run: Promise<void> | null = null;
    const timer = startTimer(delayMs, () => {
      run = start(job);
    });
    return {
      stop: async () => {
        timers.delete(timer);
        await run;
      },
    };
  }

  return {
    clock: { now: () => clockAtZero + now },
    scheduler: { every, after, yield: () => turnOfTheLoop() },
    advance: (ms) => {
      invariant(ms >= 0 && Number.isFinite(ms), 'time moves on by a number of milliseconds');
      advances = advances.then(() => moveOn(ms));
      return advances;
    },
    sleep: (ms) =>
      sleepWhile(
        new Promise((resolve) => {
          startTimer(ms, resolve);
        }),
      ),
    stepClock: (ms) => {
      clockAtZero += ms;
    },
  };
}

/** The runs of jobs in flight, and how many of them sleep until time moves on. */
function createRuns(logger: Logger) {
  const runs = new Set<Promise<void>>();
  let sleepers = 0;
  let wakeAdvance = () => {};

  async function guarded(job: Job): Promise<void> {
    try {
      await job.run();
    } catch (error) {
      logger.error('job.failed', error, { job: job.name });
    }
  }

  function start(job: Job): Promise<void> {
    const run = guarded(job).finally(() => runs.delete(run));
    runs.add(run);
    return run;
  }

  /** Resolves when every run has either finished or fallen asleep until time moves on. */
  async function settle(): Promise<void> {
    await turnOfTheLoop();
    while (runs.size > sleepers) {
      const aSleepBegins = new Promise<void>((resolve) => {
        wakeAdvance = resolve;
      });
      await Promise.race([aSleepBegins, ...runs]);
      await turnOfTheLoop();
    }
  }

  async function sleepWhile(asleep: Promise<void>): Promise<void> {
    sleepers += 1;
    wakeAdvance();
    await asleep;
    sleepers -= 1;
    invariant(sleepers >= 0, 'who wakes was asleep');
  }

  return { start, settle, sleepWhile };
}
