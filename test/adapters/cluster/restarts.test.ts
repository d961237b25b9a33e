import { expect, test } from 'vitest';
import { createRestarts, MAX_PAUSE_MS, STEADY_MS } from '../../../src/adapters/cluster/restarts.js';

test('a worker that has served for long is started again after 100 ms, however often', () => {
  const restarts = createRestarts();
  for (let time = 0; time < 20; time += 1)
    expect(restarts.ended(1, STEADY_MS)).toEqual({ pauseMs: 100, isHopeless: false });
});

test('one that ends soon after it has come to listen is started later each time, and is never given up', () => {
  const restarts = createRestarts();
  const ends = Array.from({ length: 20 }, () => restarts.ended(1, 50));
  expect(ends.slice(0, 6).map(({ pauseMs }) => pauseMs)).toEqual([200, 400, 800, 1_600, 3_200, MAX_PAUSE_MS]);
  expect(ends.at(-1)).toEqual({ pauseMs: MAX_PAUSE_MS, isHopeless: false });
  restarts.ended(1, STEADY_MS);
  expect(restarts.ended(1, 50).pauseMs).toBe(200);
});

test('one that does not come to listen is started later each time, and is hopeless after the fifth time', () => {
  const restarts = createRestarts();
  const ends = Array.from({ length: 5 }, () => restarts.ended(1, null));
  expect(ends.map(({ pauseMs }) => pauseMs)).toEqual([200, 400, 800, 1_600, 3_200]);
  expect(ends.map(({ isHopeless }) => isHopeless)).toEqual([false, false, false, false, true]);
});

test('whoever comes to listen is hopeful again, and each worker is counted for itself', () => {
  const restarts = createRestarts();
  for (let time = 0; time < 4; time += 1) restarts.ended(1, null);
  expect(restarts.ended(2, null)).toEqual({ pauseMs: 200, isHopeless: false });
  restarts.ended(1, 1);
  expect(restarts.ended(1, null).isHopeless).toBe(false);
});
