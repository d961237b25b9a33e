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

test('derived ids are well-formed, the same for a name and others for other names', () => {
  const { derive } = createUuidGenerator();
  expect(derive('["key","admin","admin-1","a"]')).toBe(
    createUuidGenerator().derive('["key","admin","admin-1","a"]'),
  );
  const names = ['', ' ', 'a', 'b', 'ab', 'A', '\u0000', 'é', 'e\u0301', 'x'.repeat(100_000)];
  const derived = names.map(derive);
  expect(new Set(derived).size).toBe(names.length);
  const uuidVersion8 = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  for (const id of derived) expect(id).toMatch(uuidVersion8);
});
