import type { Environment } from '../../src/client/environment.js';

/** Time that moves when a test says so, and chance from a seed: the same in every run. */
export interface VirtualEnvironment extends Environment {
  /** Moves on by `ms`; each timer fires at its moment, and what awaits it runs before the next one. */
  advance(ms: number): Promise<void>;
  /** Timers that have neither fired nor been cleared. */
  timers(): number;
  readonly reported: readonly unknown[];
}

export function createVirtualEnvironment(seed = 1): VirtualEnvironment {
  const timers = new Map<number, { readonly at: number; readonly run: () => void }>();
  const reported: unknown[] = [];
  const random = createRandom(seed);
  let now = Date.parse('2026-03-02T10:00:00.000Z');
  let count = 0;

  function nextDue(until: number): [number, { readonly at: number; readonly run: () => void }] | undefined {
    let next: [number, { readonly at: number; readonly run: () => void }] | undefined;
    for (const entry of timers) {
      if (entry[1].at <= until && (next === undefined || entry[1].at < next[1].at)) next = entry;
    }
    return next;
  }

  return {
    now: () => now,
    setTimeout: (run, ms) => {
      count += 1;
      timers.set(count, { at: now + Math.max(0, ms), run });
      return count;
    },
    clearTimeout: (timer) => void timers.delete(timer as number),
    random,
    newId: () => {
      count += 1;
      return `id-${count}`;
    },
    report: (error) => void reported.push(error),
    timers: () => timers.size,
    reported,
    advance: async (ms) => {
      const until = now + ms;
      await settled();
      for (let due = nextDue(until); due !== undefined; due = nextDue(until)) {
        const [id, { at, run }] = due;
        timers.delete(id);
        now = Math.max(now, at);
        run();
        await settled();
      }
      now = until;
    },
  };
}

/** Resolves when every promise that is settled has been acted upon. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** mulberry32: small, and good enough to shuffle with. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
