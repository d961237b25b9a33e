import { describe, expect, test } from 'vitest';
import { createVirtualTime } from '../../../src/adapters/memory/virtual-time.js';
import { createDeadlines, type Timed } from '../../../src/application/sessions/deadlines.js';
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../../src/domain/instant.js';

const START = Date.parse('2026-03-02T10:00:00.000Z');

function open() {
  const time = createVirtualTime(START);
  const due: [string, number][] = [];
  const timed = createDeadlines<Timed & { readonly id: string }>({
    clock: time.clock,
    scheduler: time.scheduler,
    name: 'test',
    due: ({ id }) => due.push([id, time.clock.now() - START]),
  });
  const things = new Map<string, Timed & { readonly id: string }>();
  const thing = (id: string) => {
    const known = things.get(id) ?? { id, deadline: null };
    things.set(id, known);
    return known;
  };
  const deadlines = {
    set: (id: string, at: number) => timed.set(thing(id), at),
    clear: (id: string) => timed.clear(thing(id)),
  };
  return { time, deadlines, due };
}

describe('deadlines', () => {
  test('come in the order of their moments, once, up to a second late and never early', async () => {
    const { time, deadlines, due } = open();
    deadlines.set('late', START + HOUR_MS);
    deadlines.set('early', START + 1_500);
    deadlines.set('whole', START + 2 * SECOND_MS);
    await time.advance(DAY_MS);
    expect(due).toEqual([
      ['early', 2_000],
      ['whole', 2_000],
      ['late', HOUR_MS],
    ]);
  });

  test('are replaced, sooner or later, and taken back', async () => {
    const { time, deadlines, due } = open();
    deadlines.set('sooner', START + HOUR_MS);
    deadlines.set('sooner', START + 5 * SECOND_MS);
    deadlines.set('later', START + 5 * SECOND_MS);
    deadlines.set('later', START + 20 * SECOND_MS);
    deadlines.set('never', START + 5 * SECOND_MS);
    deadlines.clear('never');
    deadlines.clear('unknown');
    await time.advance(HOUR_MS * 2);
    expect(due).toEqual([
      ['sooner', 5_000],
      ['later', 20_000],
    ]);
  });

  test('that lie in the past come at once, and what is set on the way is kept', async () => {
    const { time, deadlines, due } = open();
    deadlines.set('past', START - HOUR_MS);
    await time.advance(1);
    deadlines.set('again', START + SECOND_MS);
    await time.advance(SECOND_MS);
    expect(due).toEqual([
      ['past', 1],
      ['again', 1_000],
    ]);
  });

  test('are found within half a minute when the clock is set forward', async () => {
    const { time, deadlines, due } = open();
    deadlines.set('token', START + HOUR_MS);
    time.stepClock(2 * HOUR_MS);
    await time.advance(30 * SECOND_MS);
    expect(due.map(([id]) => id)).toEqual(['token']);
  });

  test('are not early when the clock is set back', async () => {
    const { time, deadlines, due } = open();
    deadlines.set('token', START + 10 * SECOND_MS);
    time.stepClock(-HOUR_MS);
    await time.advance(HOUR_MS);
    expect(due).toEqual([]);
    await time.advance(40 * SECOND_MS);
    expect(due.map(([id]) => id)).toEqual(['token']);
  });

  test('of thousands that come together are told in turns: nobody else waits for all of them', async () => {
    const MANY = 3_000;
    const { time, scheduler, due, timed } = openTurns();
    const things = Array.from({ length: MANY }, (_, id) => ({ id, deadline: null }));
    for (const thing of things) timed.set(thing, START + SECOND_MS);
    await time.advance(SECOND_MS);
    expect(due.map(({ id }) => id)).toEqual(things.map(({ id }) => id));
    const turns = new Map<number, number>();
    for (const { turn } of due) turns.set(turn, (turns.get(turn) ?? 0) + 1);
    expect(Math.max(...turns.values())).toBeLessThanOrEqual(100);
    expect(scheduler.turns()).toBeGreaterThan(MANY / 100);
  });

  test('that are taken back, or set anew, while others have their turn are passed over', async () => {
    const { time, due, timed, on } = openTurns();
    const things = Array.from({ length: 200 }, (_, id) => ({ id, deadline: null }));
    for (const thing of things) timed.set(thing, START + SECOND_MS);
    const [cleared, later] = [things[150], things[160]];
    on(0, () => {
      if (cleared !== undefined) timed.clear(cleared);
      if (later !== undefined) timed.set(later, START + HOUR_MS);
    });
    await time.advance(10 * SECOND_MS);
    expect(due.map(({ id }) => id)).toEqual(
      things.map(({ id }) => id).filter((id) => id !== 150 && id !== 160),
    );
    await time.advance(HOUR_MS);
    expect(due.at(-1)?.id).toBe(160);
  });

  test('are not forgotten when one before them fails', async () => {
    const { time, due, timed, on } = openTurns();
    const things = Array.from({ length: 100 }, (_, id) => ({ id, deadline: null }));
    for (const thing of things) timed.set(thing, START + SECOND_MS);
    on(40, () => {
      throw new Error('this one cannot be told');
    });
    await time.advance(10 * SECOND_MS);
    expect(due.map(({ id }) => id)).toEqual(things.map(({ id }) => id));
  });

  test('are all stopped before the first is told, those too that have to wait for their turn', async () => {
    const { time, due, stopped, timed } = openTurns();
    const things = Array.from({ length: 1_200 }, (_, id) => ({ id, deadline: null }));
    for (const thing of things) timed.set(thing, START + SECOND_MS);
    await time.advance(SECOND_MS);
    expect(stopped).toEqual(things.map(({ id }) => id));
    expect(due[0]?.stopped).toBe(1_200);
  });

  test('of which one cannot be stopped do not come again and again: the others are stopped, all are told, and the error is', async () => {
    const time = createVirtualTime(START);
    const stopped: number[] = [];
    const due: number[] = [];
    const failed: unknown[] = [];
    const deadlines = createDeadlines<Timed & { readonly id: number }>({
      clock: time.clock,
      scheduler: {
        ...time.scheduler,
        after: (delayMs, job) =>
          time.scheduler.after(delayMs, {
            ...job,
            run: () => job.run().catch((error: unknown) => void failed.push(error)),
          }),
      },
      name: 'test',
      stop: ({ id }) => {
        if (id === 1) throw new Error('cannot be stopped');
        stopped.push(id);
      },
      due: ({ id }) => due.push(id),
    });
    for (const id of [1, 2, 3]) deadlines.set({ id, deadline: null }, START + SECOND_MS);
    await time.advance(HOUR_MS);
    expect({ stopped, due }).toEqual({ stopped: [2, 3], due: [1, 2, 3] });
    expect(failed).toEqual([new Error('cannot be stopped')]);
  });
});

/** Counts the turns of the loop that others get. */
function openTurns() {
  const time = createVirtualTime(START);
  let turns = 0;
  const due: { readonly id: number; readonly turn: number; readonly stopped: number }[] = [];
  const stopped: number[] = [];
  const acts = new Map<number, () => void>();
  const timed = createDeadlines<Timed & { readonly id: number }>({
    clock: time.clock,
    scheduler: {
      ...time.scheduler,
      yield: () => {
        turns += 1;
        return time.scheduler.yield();
      },
    },
    name: 'test',
    stop: ({ id }) => stopped.push(id),
    due: ({ id }) => {
      due.push({ id, turn: turns, stopped: stopped.length });
      acts.get(id)?.();
    },
  });
  const on = (id: number, act: () => void) => acts.set(id, act);
  return { time, scheduler: { turns: () => turns }, due, stopped, timed, on };
}
