import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isCompactForm } from '../../../src/adapters/jose/compact-form.js';

/** What a decoder makes of a part, spelled as an encoder spells it. */
const respelled = (part: string): string => Buffer.from(part, 'base64url').toString('base64url');

const character = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
const part = fc.string({ unit: character, maxLength: 9 });

test('a part is spelled as an encoder spells the bytes that it stands for', () => {
  fc.assert(
    fc.property(fc.tuple(part, part, part), (parts) => {
      const isSpelled = parts.every((each) => each !== '' && respelled(each) === each);
      expect(isCompactForm(parts.join('.'))).toBe(isSpelled);
    }),
    { numRuns: 2_000 },
  );
});

test('what an encoder makes of any bytes is such a part', () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 70 });
  fc.assert(
    fc.property(fc.tuple(bytes, bytes, bytes), (parts) => {
      const token = parts.map((each) => Buffer.from(each).toString('base64url')).join('.');
      expect(isCompactForm(token)).toBe(true);
    }),
  );
});

test.each([
  '',
  '.',
  '..',
  'AA.AA',
  '.AA.AA',
  'AA..AA',
  'AA.AA.',
  'AA.AA.AA.',
  'AA.AA.AA.AA',
  'AA.AA.AA\n',
  ' AA.AA.AA',
  'A+.AA.AA',
  'AA==.AA.AA',
])('no three parts: %j', (token) => {
  expect(isCompactForm(token)).toBe(false);
});
