import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { Logger } from '../../application/ports/logger.js';
import type { Job, ScheduledJob, Scheduler } from '../../application/ports/scheduler.js';
import { invariant } from '../../domain/invariant.js';

/** The longest delay that the runtime's timers take, 24.8 days; with a longer one they fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export interface IntervalSchedulerDependencies {
  readonly logger: Logger;
}

/**
 * A scheduler over the runtime's timers. Delays are measured on the monotonic clock, so changing the wall clock moves
 * none of them, and intervals that ended while the machine slept are skipped. A waiting timer does not keep the
 * process alive; the open server does that.
 */
export function createIntervalScheduler({ logger }: IntervalSchedulerDependencies): Scheduler {
  /** Runs a job and logs its failure. Never rejects. A job that throws synchronously counts as failed. */
  async function runGuarded(job: Job): Promise<void> {
    try {
      await job.run();
    } catch (error) {
      logger.error('job.failed', error, { job: job.name });
    }
  }

  return {
    every: (intervalMs, job) => {
      invariant(
        intervalMs > 0 && Number.isFinite(intervalMs),
        'an interval is a positive number of milliseconds',
      );
      let run: Promise<void> | null = null;
      let dueAt = performance.now() + intervalMs;
      let cancel = startTimer(intervalMs, tick);

      function tick(): void {
        const now = performance.now();
        const intervals = Math.max(1, Math.floor((now - dueAt) / intervalMs) + 1);
        dueAt += intervals * intervalMs;
        cancel = startTimer(dueAt - now, tick);
        run ??= runGuarded(job).finally(() => {
          run = null;
        });
      }

      return stoppable(
        () => cancel(),
        () => run,
      );
    },
    after: (delayMs, job) => {
      invariant(Number.isFinite(delayMs), 'a delay is a number of milliseconds');
      let run: Promise<void> | null = null;
      const cancel = startTimer(delayMs, () => {
        run = runGuarded(job);
      });
      return stoppable(cancel, () => run);
    },
    yield: () => turnOfTheLoop(),
  };
}

function stoppable(cancel: () => void, inFlight: () => Promise<void> | null): ScheduledJob {
  return {
    stop: async () => {
      cancel();
      await inFlight();
    },
  };
}

/**
 * Calls `fire` once, `delayMs` from now, in as many steps as the runtime's timers need.
 *
 * @returns a function that cancels it.
 */
function startTimer(delayMs: number, fire: () => void): () => void {
  let left = delayMs;
  let timer = setTimeout(step, Math.min(left, MAX_TIMER_MS)).unref();
  function step(): void {
    left -= MAX_TIMER_MS;
    if (left <= 0) fire();
    else timer = setTimeout(step, Math.min(left, MAX_TIMER_MS)).unref();
  }
  return () => clearTimeout(timer);
}
