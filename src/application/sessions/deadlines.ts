import { type Instant, SECOND_MS } from '../../domain/instant.js';
import type { Clock } from '../ports/clock.js';
import type { Scheduler } from '../ports/scheduler.js';
import { createAlarm } from '../room/alarm.js';

/** The clock may be set forward: what is due then is found within this time. */
const LONGEST_NAP_MS = 30 * SECOND_MS;
/** Things that are told that their moment has come before everybody else gets a turn. */
const THINGS_PER_TURN = 25;
/** The same of those that are only stopped: that costs a few microseconds each. */
const STOPPED_PER_TURN = 500;

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
  /**
   * What must not wait until thousands that are due at the same moment have had their turn, and is quickly done: called
   * for all of them first. The thing may turn out not to be due when its turn comes.
   */
  readonly stop?: (thing: Thing) => void;
}

interface Past<Thing> {
  readonly second: number;
  readonly thing: Thing;
}

/**
 * Keeps whole seconds, so that the number of moments to look through is that of seconds, not of things; and in seconds,
 * which the engine keeps where it would make an object for each of the milliseconds.
 */
export function createDeadlines<Thing extends Timed>(
  dependencies: DeadlinesDependencies<Thing>,
): Deadlines<Thing> {
  const { clock, scheduler, name, due, stop } = dependencies;
  const bySecond = new Map<number, Set<Thing>>();
  const alarm = createAlarm({ clock, scheduler, name, ring: look, longestNapMs: LONGEST_NAP_MS });
  let isLooking = false;

  function clear(thing: Thing): void {
    const second = thing.deadline;
    if (second === null) return;
    thing.deadline = null;
    const things = bySecond.get(second);
    things?.delete(thing);
    if (things?.size === 0) bySecond.delete(second);
  }

  async function look(): Promise<void> {
    isLooking = true;
    try {
      const past = pastBy(clock.now());
      const errors = stop === undefined ? [] : await inTurns(past, STOPPED_PER_TURN, stop);
      const more = await inTurns(past, THINGS_PER_TURN, (thing) => {
        clear(thing);
        due(thing);
      });
      const [first] = [...errors, ...more];
      if (first !== undefined) throw first.error;
    } finally {
      isLooking = false;
      const never = Number.POSITIVE_INFINITY;
      const next = [...bySecond.keys()].reduce((least, second) => Math.min(least, second), never);
      if (next !== never) alarm.ringBy(next * SECOND_MS);
    }
  }

  function pastBy(now: Instant): readonly Past<Thing>[] {
    const seconds = [...bySecond.keys()].filter((second) => second * SECOND_MS <= now).sort((a, b) => a - b);
    return seconds.flatMap((second) => [...(bySecond.get(second) ?? [])].map((thing) => ({ second, thing })));
  }

  /**
   * Passes over those that were cleared or set anew while the others had their turn. An error keeps nobody from theirs.
   *
   * @returns the errors.
   */
  async function inTurns(
    past: readonly Past<Thing>[],
    perTurn: number,
    act: (thing: Thing) => void,
  ): Promise<readonly { readonly error: unknown }[]> {
    const errors: { readonly error: unknown }[] = [];
    let acted = 0;
    for (const { second, thing } of past) {
      if (thing.deadline !== second) continue;
      if (acted > 0 && acted % perTurn === 0) {
        await scheduler.yield();
        if (thing.deadline !== second) continue;
      }
      acted += 1;
      errors.push(...errorOf(() => act(thing)));
    }
    return errors;
  }

  return {
    set: (thing, at) => {
      clear(thing);
      const second = Math.ceil(at / SECOND_MS);
      const things = bySecond.get(second) ?? new Set();
      bySecond.set(second, things.add(thing));
      thing.deadline = second;
      // Whoever looks sets the alarm when they are through.
      if (!isLooking) alarm.ringBy(second * SECOND_MS);
    },
    clear,
  };
}

/** @returns what the task throws, or nothing. */
function errorOf(task: () => void): readonly { readonly error: unknown }[] {
  try {
    task();
    return [];
  } catch (error) {
    return [{ error }];
  }
}
