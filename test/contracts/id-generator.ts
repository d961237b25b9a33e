import { describe, expect, test } from 'vitest';
import { ID_PATTERN, type IdGenerator } from '../../src/application/ports/id-generator.js';

/** What `src/application/ports/id-generator.ts` says, for every adapter of it. */
export function describeIdGeneratorContract(name: string, open: () => IdGenerator): void {
  describe(`${name}: ids`, () => {
    test('are well-formed, and never the same', () => {
      const ids = open();
      const drawn = Array.from({ length: 1_000 }, () => ids.next());
      expect(new Set(drawn).size).toBe(drawn.length);
      for (const id of drawn) expect(id).toMatch(ID_PATTERN);
    });

    test('that are derived are well-formed, the same for a name and others for other names', () => {
      const names = ['', ' ', 'a', 'b', 'ab', 'A', '\u0000', 'é', 'e\u0301', 'x'.repeat(100_000)];
      const derived = names.map(open().derive);
      expect(names.map(open().derive)).toEqual(derived);
      expect(new Set(derived).size).toBe(names.length);
      for (const id of derived) expect(id).toMatch(ID_PATTERN);
    });

    test('that are derived do not reveal the name', () => {
      expect(open().derive('patient-lind')).not.toContain('lind');
    });
  });
}
