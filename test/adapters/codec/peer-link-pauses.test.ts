import { expect, test } from 'vitest';
import { createLinkPauses } from '../../../src/adapters/codec/peer-link-pauses.js';

/** Links whose pauses chance does not shorten, on a clock that the test moves. */
function openPauses(chance = () => 0) {
  let at = 0;
  const pauses = createLinkPauses({ now: () => at, chance });
  pauses.opened();
  return {
    pauses,
    /** The pauses before so many attempts, after a link that has lasted for that long. */
    afterLink: (lastedMs: number, attempts: number) => {
      pauses.opened();
      at += lastedMs;
      pauses.lost();
      return Array.from({ length: attempts }, pauses.next);
    },
  };
}

test('a link that has lasted is opened again soon, and then later each time, a second at most', () => {
  const { afterLink } = openPauses();
  expect(afterLink(10_000, 6)).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  expect(afterLink(10_000, 1)).toEqual([100]);
});

test('a link that is lost again and again is opened later each time, after 5 s at most', () => {
  const { afterLink } = openPauses();
  const first = Array.from({ length: 7 }, () => afterLink(9_999, 1)[0]);
  expect(first).toEqual([200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
  expect(afterLink(9_999, 2)).toEqual([5_000, 5_000]);
  expect(afterLink(10_000, 2)).toEqual([100, 200]);
});

test('chance takes up to a half off', () => {
  expect(openPauses(() => 1).afterLink(10_000, 2)).toEqual([50, 100]);
  expect(openPauses(() => 0.5).afterLink(10_000, 2)).toEqual([75, 150]);
});
