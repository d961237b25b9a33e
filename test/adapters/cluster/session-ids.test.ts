import { expect, test } from 'vitest';
import { createSessionIds, workerOf } from '../../../src/adapters/cluster/session-ids.js';

test('a session’s id tells whose it is, and no two are alike', () => {
  const next = createSessionIds(3);
  const ids = Array.from({ length: 100 }, next);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(workerOf(`/socket.io/?EIO=4&transport=polling&sid=${id}`)).toBe(3);
});

test.each([
  undefined,
  '/socket.io/?EIO=4&transport=polling',
  '/socket.io/?sid=',
  '/socket.io/?sid=abc',
  '/socket.io/?sid=1234.abc',
  '/socket.io/?sid=1.',
  '/socket.io/?sid=-1.abc',
  '/socket.io/?sid=1.a/../b',
  '/socket.io/sid=1.abc',
])('%s belongs to no worker', (url) => {
  expect(workerOf(url)).toBeNull();
});
