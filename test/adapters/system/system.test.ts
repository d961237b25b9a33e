import { expect, test } from 'vitest';
import { createSystemClock } from '../../../src/adapters/system/system-clock.js';
import { createUuidGenerator } from '../../../src/adapters/system/uuid-generator.js';

test('the clock tells whole milliseconds since 1970', () => {
  const before = Date.now();
  const now = createSystemClock().now();
  expect(Number.isSafeInteger(now)).toBe(true);
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
});

test('ids are well-formed and never the same', () => {
  const ids = createUuidGenerator();
  const drawn = Array.from({ length: 1_000 }, () => ids.next());
  expect(new Set(drawn).size).toBe(drawn.length);
  for (const id of drawn) expect(id).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
});
