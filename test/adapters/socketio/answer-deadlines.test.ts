import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createAnswerDeadlines, EXPIRED_PER_TURN } from '../../../src/adapters/socketio/answer-deadlines.js';

const DEADLINE_MS = 5_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function pendingAnswers(count: number) {
  const deadlines = createAnswerDeadlines(DEADLINE_MS);
  const expired: number[] = [];
  const answers = Array.from({ length: count }, (_, index) => ({
    dueAt: 0,
    expire: () => expired.push(index),
  }));
  for (const answer of answers) deadlines.start(answer);
  return { deadlines, answers, expired };
}

test('what is not settled in time expires once, in the order in which it was asked', () => {
  const { deadlines, answers, expired } = pendingAnswers(3);
  const [, second] = answers;
  if (second !== undefined) deadlines.settle(second);
  vi.advanceTimersByTime(DEADLINE_MS - 1);
  expect(expired).toEqual([]);
  vi.advanceTimersByTime(DEADLINE_MS);
  expect(expired).toEqual([0, 2]);
});

test('thousands that run out together are answered in turns, so that others have theirs between', () => {
  const { expired } = pendingAnswers(20_000);
  const perTurn: number[] = [];
  vi.advanceTimersByTime(DEADLINE_MS - 1);
  while (expired.length < 20_000) {
    const before = expired.length;
    vi.advanceTimersToNextTimer();
    perTurn.push(expired.length - before);
  }
  expect(Math.max(...perTurn)).toBe(EXPIRED_PER_TURN);
  expect(expired).toEqual(expired.toSorted((one, other) => one - other));
});
