import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSequencer } from '../../src/client/sequencer.js';

const item = (seq: number) => ({ seq });
const seqs = (items: readonly { readonly seq: number }[]): number[] => items.map(({ seq }) => seq);
const upTo = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index + 1);

describe('the sequencer', () => {
  it('gives each message once, densely and in order, in whatever order and however often they come', () => {
    const arrivals = fc.array(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 5 }), { maxLength: 60 });
    fc.assert(
      fc.property(arrivals, fc.nat({ max: 20 }), fc.nat({ max: 30 }), (batches, after, startsAt) => {
        const sequencer = createSequencer();
        const given: number[] = [];
        batches.forEach((batch, index) => {
          if (index === startsAt) given.push(...seqs(sequencer.start(after)));
          given.push(...seqs(sequencer.offer(batch.map(item))));
        });
        if (batches.length <= startsAt) given.push(...seqs(sequencer.start(after)));
        const came = new Set(batches.flat());
        let reached = after;
        while (came.has(reached + 1)) reached += 1;
        expect(given).toEqual(upTo(after, reached));
        expect(sequencer.position()).toBe(reached);
        expect(sequencer.isMissing()).toBe(Math.max(after, ...came) > reached);
      }),
    );
  });

  it('forgets what it has no room to hold, and knows that it is missing', () => {
    const sequencer = createSequencer(2);
    sequencer.start(0);
    expect(sequencer.offer([4, 3, 2].map(item))).toEqual([]);
    expect(seqs(sequencer.offer([item(1)]))).toEqual([1]);
    expect(sequencer.isMissing()).toBe(true);
    expect(seqs(sequencer.offer([item(2)]))).toEqual([2, 3, 4]);
    expect(sequencer.isMissing()).toBe(false);
  });

  it('does not let what it has given out take the room of what it waits for', () => {
    const sequencer = createSequencer(1);
    sequencer.start(0);
    sequencer.offer([1, 2].map(item));
    sequencer.offer([1, 2, 1, 2].map(item));
    expect(sequencer.offer([item(4)])).toEqual([]);
    expect(seqs(sequencer.offer([item(3)]))).toEqual([3, 4]);
  });

  it('learns from a head that the last one is missing', () => {
    const sequencer = createSequencer();
    sequencer.start(3);
    sequencer.learnHead(3);
    expect(sequencer.isMissing()).toBe(false);
    sequencer.learnHead(4);
    expect(sequencer.isMissing()).toBe(true);
  });

  it('takes nothing that is no sequence number', () => {
    const sequencer = createSequencer();
    sequencer.start(0);
    expect(sequencer.offer([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY].map(item))).toEqual([]);
    expect(sequencer.isMissing()).toBe(false);
  });

  it('counts from one again after a restart', () => {
    const sequencer = createSequencer();
    sequencer.start(7);
    sequencer.offer([item(9)]);
    sequencer.restart();
    expect(seqs(sequencer.offer([1, 2].map(item)))).toEqual([1, 2]);
    expect(sequencer.isMissing()).toBe(false);
  });
});
