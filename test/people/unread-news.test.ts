import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { InboxItem, InboxState } from '../../src/people/inbox-list.js';
import { createUnreadNews } from '../../src/people/unread-news.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

interface Shown {
  readonly chosen?: string;
  readonly stage?: InboxState['stage'];
}

function open() {
  const said: number[] = [];
  const news = createUnreadNews((count) => said.push(count));
  return {
    said,
    /** @param unread the numbers of unread messages in `a`, `b` and so on. */
    shows: (unread: readonly number[], { chosen, stage = 'live' }: Shown = {}) => {
      const items = unread.map((count, index) => ({
        consultationId: 'abc'.charAt(index),
        unread: count,
        readSeq: 0,
        headSeq: 99,
      }));
      news(items as unknown as readonly InboxItem[], stage, chosen ?? null);
    },
    signOut: () => news([], null, null),
  };
}

it('many messages are one sentence, with their number at the end', () => {
  const { said, shows } = open();
  for (const count of [1, 2, 3]) {
    shows([count, 0]);
    vi.advanceTimersByTime(500);
  }
  shows([3, 4]);
  vi.advanceTimersByTime(2_000);
  expect(said).toEqual([7]);
});

it('there are at most two sentences a minute, and the last number is always among them', () => {
  const { said, shows } = open();
  for (let second = 1; second <= 120; second += 1) {
    shows([second]);
    vi.advanceTimersByTime(1_000);
  }
  expect(said.length).toBeLessThanOrEqual(5);
  vi.advanceTimersByTime(30_000);
  expect(said.at(-1)).toBe(120);
});

it('nothing is said of what was read meanwhile, of reading, of the open room, or to nobody', () => {
  const { said, shows, signOut } = open();
  shows([2, 0]);
  shows([0, 0]);
  vi.advanceTimersByTime(60_000);
  shows([5, 0], { chosen: 'a' });
  shows([3, 0], { chosen: 'a' });
  vi.advanceTimersByTime(60_000);
  // What is unread there was not news, and is none when somebody leaves.
  shows([3, 0]);
  vi.advanceTimersByTime(60_000);
  shows([0, 3]);
  signOut();
  vi.advanceTimersByTime(60_000);
  expect(said).toEqual([]);
});

it('an old list is not news, and what has come without a connection is', () => {
  const { said, shows } = open();
  shows([1]);
  vi.advanceTimersByTime(2_000);
  shows([1], { stage: 'offline' });
  shows([1]);
  vi.advanceTimersByTime(60_000);
  expect(said).toEqual([1]);
  shows([4]);
  vi.advanceTimersByTime(2_000);
  expect(said).toEqual([1, 4]);
});
