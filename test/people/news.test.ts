import { describe, expect, it } from 'vitest';
import type { InboxItem } from '../../src/people/inbox-list.js';
import { newsIn, readIn } from '../../src/people/news.js';

const since = '2026-03-28T12:00:00Z';
const item = (consultationId: string, unread: number, waitingSince: string | null = null) =>
  ({ consultationId, unread, readSeq: 0, headSeq: 9, waitingSince, lastMessageAt: since }) as InboxItem;
const known = (...items: readonly InboxItem[]) => new Map(items.map((one) => [one.consultationId, one]));
/** The list was first there a minute before. */
const beganAt = Date.parse(since) - 60_000;
const isLookedAt = (id: string) => id === 'looked-at';

describe('what is new in the list', () => {
  it('is told of each conversation, patients who have begun to wait first', () => {
    const before = known(item('a', 1, since), item('b', 0));
    const after = [item('a', 2, since), item('b', 1, since), item('c', 1, since)];
    expect(newsIn({ side: 'doctor', before, after, beganAt, isLookedAt })).toEqual([
      { consultationId: 'b', kind: 'patient' },
      { consultationId: 'c', kind: 'patient' },
      { consultationId: 'a', kind: 'message' },
    ]);
  });

  it('is an answer for patients', () => {
    const [before, after] = [known(item('a', 0, since)), [item('a', 1)]];
    expect(newsIn({ side: 'user', before, after, beganAt, isLookedAt })).toEqual([
      { consultationId: 'a', kind: 'answer' },
    ]);
  });

  it('is what came while others were read, though the number is the same', () => {
    const now = (headSeq: number, readSeq: number, unread: number) =>
      ({ ...item('a', unread, since), headSeq, readSeq }) as InboxItem;
    const told = (before: InboxItem, after: InboxItem) =>
      newsIn({ side: 'doctor', before: known(before), after: [after], beganAt, isLookedAt }).length;
    // One was read, and one has come.
    expect(told(now(5, 4, 1), now(6, 5, 1))).toBe(1);
    // Three were unread and are read, and one has come.
    expect(told(now(7, 4, 3), now(8, 7, 1))).toBe(1);
    // One of three was read. What came is one's own.
    expect(told(now(7, 4, 3), now(8, 5, 2))).toBe(0);
    // Nothing was read, and what came is one's own.
    expect(told(now(5, 4, 1), now(6, 4, 1))).toBe(0);
    // All are one's own but the first, which is unread.
    expect(told(now(9, 4, 1), now(10, 4, 2))).toBe(1);
  });

  it('is nothing that was read, was there before, or is looked at', () => {
    const before = known(item('a', 2, since), item('b', 1, since), item('looked-at', 0));
    const after = [item('a', 1), item('b', 1, since), item('looked-at', 1, since)];
    expect(newsIn({ side: 'doctor', before, after, beganAt, isLookedAt })).toEqual([]);
  });

  it('is nothing that was there before the list was, and has only now been loaded', () => {
    const [before, after] = [known(item('a', 0)), [item('a', 0), item('b', 1, since)]];
    expect(newsIn({ side: 'doctor', before, after, beganAt: beganAt + 90_000, isLookedAt })).toEqual([]);
    expect(newsIn({ side: 'doctor', before, after, beganAt, isLookedAt })).toHaveLength(1);
  });
});

it('has been read in a conversation in which something was unread, and is not any more', () => {
  const before = known(item('a', 2), item('b', 1), item('c', 0));
  expect(readIn({ before, after: [item('a', 0), item('b', 1), item('c', 0), item('d', 0)] })).toEqual(['a']);
});
