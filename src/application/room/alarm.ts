import type { Instant } from '../../domain/instant.js';
import type { Clock } from '../ports/clock.js';
import type { ScheduledJob, Scheduler } from '../ports/scheduler.js';

/** One timer for the earliest of many instants. */
export interface Alarm {
  /**
   * Rings at this instant, unless it is set to ring earlier. A caller who needs a later ring asks again at the
   * earlier one.
   */
  ringBy(at: Instant): void;
  /** Replaces the instant at which it rings; null for never. */
  setAnew(at: Instant | null): void;
  /** Never rings again, whatever is asked of it. Resolves when the work of the last ring is over. */
  stop(): Promise<void>;
}

export interface AlarmOptions {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  /** Names the alarm in the log. */
  readonly name: string;
  /** Called at the instant, or earlier if that is more than `longestNapMs` away. It finds out for itself what is due. */
  readonly ring: () => Promise<void>;
  /**
   * The longest wait between two rings, in ms, so that what is due is found soon if the clock is set forward. There
   * is no limit when left out.
   */
  readonly longestNapMs?: number;
}

export function createAlarm(options: AlarmOptions): Alarm {
  const { clock, scheduler, name, ring, longestNapMs = Number.POSITIVE_INFINITY } = options;
  let next: { readonly at: Instant; readonly job: ScheduledJob } | null = null;
  let lastRing: Promise<void> = Promise.resolve();
  let isStopped = false;

  function run(): Promise<void> {
    next = null;
    lastRing = ring();
    return lastRing;
  }

  function ringBy(at: Instant): void {
    if (isStopped || (next !== null && next.at <= at)) return;
    void next?.job.stop();
    const delayMs = Math.min(longestNapMs, Math.max(1, at - clock.now()));
    next = { at, job: scheduler.after(delayMs, { name, run }) };
  }

  return {
    ringBy,
    setAnew: (at) => {
      void next?.job.stop();
      next = null;
      if (at !== null) ringBy(at);
    },
    stop: async () => {
      isStopped = true;
      await next?.job.stop();
      next = null;
      // Its failure has been logged already.
      await lastRing.catch(() => undefined);
    },
  };
}
