import { type Instant, SECOND_MS } from '../domain/instant.js';
import type { Clock } from './ports/clock.js';
import type { ScheduledJob, Scheduler } from './ports/scheduler.js';

/** The clock may be set forward: what is due then is found within this time. */
const LONGEST_NAP_MS = 30 * SECOND_MS;

/** A thing that something is to happen to. */
export interface Timed {
  /** Where the deadlines note the whole second that they have set: null for none. Nobody else writes it. */
  deadline: number | null;
}

/** One moment for each of many things, with one timer for all of them. */
export interface Deadlines<Thing extends Timed> {
  /** Replaces the one that was set before. */
  set(thing: Thing, at: Instant): void;
  clear(thing: Thing): void;
}

export interface DeadlinesDependencies<Thing> {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  /** For the log. */
  readonly name: string;
  /** The moment has come; up to a second late, never early. */
  readonly due: (thing: Thing) => void;
}

/**
 * Keeps whole seconds, so that the number of moments to look through is that of seconds, not of things; and in seconds,
 * which the engine keeps where it would make an object for each of the milliseconds.
 */
export function createDeadlines<Thing extends Timed>(
  dependencies: DeadlinesDependencies<Thing>,
): Deadlines<Thing> {
  const { clock, scheduler, name, due } = dependencies;
  const bySecond = new Map<number, Set<Thing>>();
  let alarm: { readonly at: Instant; readonly job: ScheduledJob } | null = null;

  function clear(thing: Thing): void {
    const second = thing.deadline;
    if (second === null) return;
    thing.deadline = null;
    const things = bySecond.get(second);
    things?.delete(thing);
    if (things?.size === 0) bySecond.delete(second);
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
    const past = [...bySecond].flatMap(([second, things]) => (second * SECOND_MS <= now ? [...things] : []));
    for (const thing of past) clear(thing);
    const never = Number.POSITIVE_INFINITY;
    const next = [...bySecond.keys()].reduce((least, second) => Math.min(least, second), never);
    if (next !== never) wakeBy(next * SECOND_MS);
    for (const thing of past) due(thing);
  }

  return {
    set: (thing, at) => {
      clear(thing);
      const second = Math.ceil(at / SECOND_MS);
      const things = bySecond.get(second) ?? new Set();
      bySecond.set(second, things.add(thing));
      thing.deadline = second;
      wakeBy(second * SECOND_MS);
    },
    clear,
  };
}
