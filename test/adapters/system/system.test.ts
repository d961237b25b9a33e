import { expect, test } from 'vitest';
import { createSystemClock } from '../../../src/adapters/system/system-clock.js';
import { createUuidGenerator } from '../../../src/adapters/system/uuid-generator.js';
import { describeIdGeneratorContract } from '../../contracts/id-generator.js';

test('the clock tells whole milliseconds since 1970', () => {
  const before = Date.now();
  const now = createSystemClock().now();
  expect(Number.isSafeInteger(now)).toBe(true);
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
});

describeIdGeneratorContract('system', createUuidGenerator);

test('derived ids are UUIDs of version 8', () => {
  const derived = ['', 'a', '["key","admin","admin-1","a"]'].map(createUuidGenerator().derive);
  const uuidVersion8 = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  for (const id of derived) expect(id).toMatch(uuidVersion8);
});
