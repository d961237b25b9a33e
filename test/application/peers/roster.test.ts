import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createRosterReader,
  MAX_ID_CHARACTERS_IN_PART,
  MAX_PEOPLE_IN_PART,
  partsOf,
} from '../../../src/application/peers/roster.js';
import type { PresentPerson } from '../../../src/application/ports/peers.js';

const people = fc.array(
  fc.record<PresentPerson>({
    consultationId: fc.string({ minLength: 1, maxLength: 100 }),
    userId: fc.string({ minLength: 1, maxLength: 100 }),
    sender: fc.constantFrom('user', 'doctor', null),
  }),
  { maxLength: 3 * MAX_PEOPLE_IN_PART, size: 'max' },
);

describe('a roster', () => {
  test('holds everybody, in parts that are numbered and bounded', () => {
    fc.assert(
      fc.property(people, (present) => {
        const parts = partsOf(present);
        expect(parts.flatMap((part) => part.people)).toEqual(present);
        expect(parts.map(({ part }) => part)).toEqual(parts.map((_, index) => index + 1));
        for (const part of parts) {
          expect(part.parts).toBe(parts.length);
          expect(part.people.length).toBeLessThanOrEqual(MAX_PEOPLE_IN_PART);
          const ids = part.people.map(({ consultationId, userId }) => consultationId + userId).join('');
          expect(ids.length).toBeLessThanOrEqual(MAX_ID_CHARACTERS_IN_PART);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('shows who is missing once all its parts have come', () => {
    fc.assert(
      fc.property(people, people, (before, now) => {
        const reader = createRosterReader(before);
        for (const part of partsOf(now)) expect(reader.take(part)).toBe(true);
        const keysOf = (of: Iterable<PresentPerson>) =>
          new Set([...of].map((person) => JSON.stringify(person)));
        const there = keysOf(now);
        const missing = [...keysOf(before)].filter((key) => !there.has(key));
        expect(keysOf(reader.missing())).toEqual(new Set(missing));
      }),
      { numRuns: 30 },
    );
  });

  test('is not read on where a part is missing', () => {
    const reader = createRosterReader([]);
    const part = { type: 'roster', parts: 3, people: [] } as const;
    expect([1, 3, 2, 2].map((number) => reader.take({ ...part, part: number }))).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });
});
