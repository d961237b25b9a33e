import { describe, expect, it } from 'vitest';
import type { Message } from '../../src/protocol/wire.js';
import { createSeenMessages, type SeenStretch, seenAmongUnread } from '../../src/room/seen-messages.js';

const at = (second: number): string => new Date(second * 1_000).toISOString();
const stored = (seqs: readonly number[], since = 0): Map<number, Message> =>
  new Map(seqs.map((seq) => [seq, { seq, sentAt: at(since + seq) } as Message]));

function keptOf(...stretches: SeenStretch[]) {
  let list: readonly SeenStretch[] = stretches;
  return {
    seen: () => list,
    keepSeen: (next: readonly SeenStretch[]) => {
      list = next;
    },
  };
}

describe('what has been on screen', () => {
  it('is kept in stretches, without what lies between them, and is there for the next room', () => {
    const [messages, kept] = [stored([1, 2, 3, 4, 5, 6, 7, 8]), keptOf()];
    const seen = createSeenMessages(messages, kept);
    for (const seq of [8, 4, 5, 3]) seen.add(seq);
    seen.keep();
    expect(kept.seen()).toEqual([
      [3, 5, at(5)],
      [8, 8, at(8)],
    ]);
    const next = createSeenMessages(messages, kept);
    expect(next.has(4)).toBe(false);
    next.learn();
    expect([2, 3, 4, 5, 6, 7, 8].filter(next.has)).toEqual([3, 4, 5, 8]);
    next.forget(4);
    next.keep();
    expect(kept.seen()).toEqual([
      [5, 5, at(5)],
      [8, 8, at(8)],
    ]);
  });

  it('is not what has the same numbers in another store, nor what is not loaded', () => {
    const kept = keptOf([3, 5, at(5)]);
    const other = createSeenMessages(stored([1, 2, 3, 4, 5, 6], 1_000), kept);
    other.learn();
    expect([3, 4, 5].filter(other.has)).toEqual([]);
    other.keep();
    expect(kept.seen()).toEqual([]);
    const part = createSeenMessages(stored([5, 6]), keptOf([3, 5, at(5)]));
    part.learn();
    expect([3, 4, 5].filter(part.has)).toEqual([5]);
  });

  it('stays kept where another tab has had the message before this one', () => {
    const [messages, kept] = [stored([1, 2, 3]), keptOf([4, 5, at(5)])];
    const seen = createSeenMessages(messages, kept);
    seen.learn();
    seen.add(3);
    seen.keep();
    expect(seen.has(5)).toBe(false);
    for (const [seq, message] of stored([4, 5])) messages.set(seq, message);
    seen.learn();
    expect([3, 4, 5].filter(seen.has)).toEqual([3, 4, 5]);
  });
});

describe('of the unread messages of a conversation', () => {
  const item = { openedAt: at(0), readSeq: 10, headSeq: 30 };

  it('those count as seen that lie between the mark and the end, each once', () => {
    expect(seenAmongUnread([], item)).toBe(0);
    expect(seenAmongUnread([[5, 12, at(12)]], item)).toBe(2);
    expect(seenAmongUnread([[1, 10, at(10)]], item)).toBe(0);
    expect(seenAmongUnread([[28, 40, at(40)]], item)).toBe(3);
    const overlapping: SeenStretch[] = [
      [20, 24, at(24)],
      [12, 14, at(14)],
      [13, 21, at(21)],
      [22, 23, at(23)],
    ];
    expect(seenAmongUnread(overlapping, item)).toBe(13);
  });

  it('none counts that was sent before the conversation was opened: it was of another store', () => {
    expect(seenAmongUnread([[12, 14, at(14)]], { ...item, openedAt: at(20) })).toBe(0);
  });
});
