import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createIsoWriter, HOUR_MS, isoOf } from '../../src/domain/instant.js';

const LAST = 8.64e15;

test('instants are written as one at a time, whatever was written before', () => {
  const anywhere = fc.integer({ min: -LAST, max: LAST });
  const nearby = fc
    .tuple(fc.integer({ min: -1e12, max: 4e12 }), fc.array(fc.nat({ max: 3 * HOUR_MS })))
    .map(([from, steps]) => steps.map((step) => from + step));
  fc.assert(
    fc.property(fc.oneof(fc.array(anywhere), nearby), (instants) => {
      const write = createIsoWriter();
      expect(instants.map(write)).toEqual(instants.map(isoOf));
    }),
  );
});

test('what is no instant is refused, before and after others', () => {
  const write = createIsoWriter();
  for (const instant of [Number.NaN, 0, Number.NaN, LAST + HOUR_MS]) {
    if (instant === 0) expect(write(instant)).toBe('1970-01-01T00:00:00.000Z');
    else expect(() => write(instant)).toThrow(RangeError);
  }
});
