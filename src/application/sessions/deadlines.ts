import { type Instant, SECOND_MS } from '../../domain/instant.js';
import type { Clock } from '../ports/clock.js';
import type { Scheduler } from '../ports/scheduler.js';
import { createAlarm } from '../room/alarm.js';

/**
 * The longest wait for the next look, in ms. If the clock is set forward, what is due by then is found within this
 * time.
 */
const LONGEST_NAP_MS = 30 * SECOND_MS;
/** How many things `due` is called for before other work gets a turn. */
const THINGS_PER_TURN = 25;
/** The same for `stop`, which takes only a few microseconds each. */
const STOPPED_PER_TURN = 500;

/** A thing that may have a deadline. */
export interface Timed {
  /** The whole second of the thing's deadline; null for none. Only this module writes it. */
  deadline: number | null;
}

/** Deadlines of many things, at most one for each, with one timer for all of them. */
export interface Deadlines<Thing extends Timed> {
  /** Replaces the deadline that was set before. */
  set(thing: Thing, at: Instant): void;
  clear(thing: Thing): void;
}

export interface DeadlinesDependencies<Thing> {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  /** For the log. */
  readonly name: string;
  /** Called when the deadline has come; up to a second late, never early. */
  readonly due: (thing: Thing) => void;
  /**
   * A quick first step for everything that is due at the same moment. It is called for all of these things before
   * `due` is, so that nobody waits until thousands of others have had their turn. When its turn comes, a thing may no
   * longer be due.
   */
  readonly stop?: (thing: Thing) => void;
}

interface Past<Thing> {
  readonly second: number;
  readonly thing: Thing;
}

/**
 * Deadlines are kept in whole seconds. So the entries to look through are as many as seconds, not as things. V8 also
 * stores a number of seconds in place, where it would make an object for each number of milliseconds.
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
   * Calls the task for things whose deadline was neither cleared nor changed while others had their turn. A task that
   * throws does not keep the rest from theirs.
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
      // While `look` runs, it sets the alarm itself at its end.
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
