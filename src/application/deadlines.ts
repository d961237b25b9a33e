import { type Instant, SECOND_MS } from '../domain/instant.js';
import type { Clock } from './ports/clock.js';
import type { ScheduledJob, Scheduler } from './ports/scheduler.js';

/** The clock may be set forward: what is due then is found within this time. */
const LONGEST_NAP_MS = 30 * SECOND_MS;

/** One moment for each of many things, with one timer for all of them. */
export interface Deadlines {
  /** Replaces the one that was set before. */
  set(id: string, at: Instant): void;
  clear(id: string): void;
}

export interface DeadlinesDependencies {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  /** For the log. */
  readonly name: string;
  /** The moment has come; up to a second late, never early. */
  readonly due: (id: string) => void;
}

/** Keeps whole seconds, so that the number of moments to look through is that of seconds, not of things. */
export function createDeadlines({ clock, scheduler, name, due }: DeadlinesDependencies): Deadlines {
  const moments = new Map<Instant, Set<string>>();
  const momentOf = new Map<string, Instant>();
  let alarm: { readonly at: Instant; readonly job: ScheduledJob } | null = null;

  function clear(id: string): void {
    const moment = momentOf.get(id);
    if (moment === undefined) return;
    momentOf.delete(id);
    const ids = moments.get(moment);
    ids?.delete(id);
    if (ids?.size === 0) moments.delete(moment);
  }

  function wakeBy(at: Instant): void {
    if (alarm !== null && alarm.at <= at) return;
    void alarm?.job.stop();
    const delayMs = Math.min(LONGEST_NAP_MS, Math.max(1, at - clock.now()));
    alarm = { at, job: scheduler.after(delayMs, { name, run: look }) };
  }

  async function look(): Promise<void> {
    alarm = null;
    const now = clock.now();
    let next: Instant | null = null;
    const past: string[] = [];
    for (const [moment, ids] of moments) {
      if (moment <= now) past.push(...ids);
      else if (next === null || moment < next) next = moment;
    }
    for (const id of past) clear(id);
    if (next !== null) wakeBy(next);
    for (const id of past) due(id);
  }

  return {
    set: (id, at) => {
      clear(id);
      const moment = Math.ceil(at / SECOND_MS) * SECOND_MS;
      const ids = moments.get(moment) ?? new Set();
      moments.set(moment, ids.add(id));
      momentOf.set(id, moment);
      wakeBy(moment);
    },
    clear,
  };
}
