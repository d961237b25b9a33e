import type { Instant } from '../../domain/instant.js';
import type { Clock } from '../ports/clock.js';
import type { ScheduledJob, Scheduler } from '../ports/scheduler.js';

/** One timer for whatever comes first of many moments. */
export interface Alarm {
  /** Rings at this moment, unless it is to ring earlier: whoever waits for a later one asks again then. */
  ringBy(at: Instant): void;
  /** Forgets what it was to ring for, and rings at this moment; null for never. */
  setAnew(at: Instant | null): void;
  /** Rings no more, whatever it is asked for; resolves when what it rang for last is over. */
  stop(): Promise<void>;
}

export interface AlarmOptions {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  /** For the log. */
  readonly name: string;
  /** Called at the moment, or up to `longestNapMs` before; it looks for itself what has come. */
  readonly ring: () => Promise<void>;
  /** The clock may be set forward: what is due then is found within this time. Default: for ever. */
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
      // That it failed stands in the log.
      await lastRing.catch(() => undefined);
    },
  };
}
