import { expect, test } from 'vitest';
import { createRestarts } from '../../../src/adapters/cluster/restarts.js';

test('a worker that had listened is started again after 100 ms, however often', () => {
  const restarts = createRestarts();
  for (let time = 0; time < 20; time += 1) expect(restarts.ended(1, true)).toBe(100);
});

test('one that does not come to listen is started later each time, and after the fifth time no more', () => {
  const restarts = createRestarts();
  const pauses = Array.from({ length: 5 }, () => restarts.ended(1, false));
  expect(pauses).toEqual([200, 400, 800, 1_600, null]);
});

test('whoever comes to listen begins anew, and each worker is counted for itself', () => {
  const restarts = createRestarts();
  for (let time = 0; time < 4; time += 1) restarts.ended(1, false);
  expect(restarts.ended(2, false)).toBe(200);
  restarts.listened(1);
  expect(restarts.ended(1, false)).toBe(200);
});
