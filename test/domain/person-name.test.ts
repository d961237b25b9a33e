import { describe, expect, test } from 'vitest';
import { checkName } from '../../src/domain/person-name.js';

const refused = { code: 'request.invalid', field: 'name' };

describe('a name', () => {
  test.each([
    ['Ada', 'Ada'],
    ['  Ada Lovelace ', 'Ada Lovelace'],
    ['O’Brien-שלום', 'O’Brien-שלום'],
    ['𝒜', '𝒜'],
  ])('%j is taken', (name, kept) => {
    expect(checkName(name)).toEqual({ code: 'ok', name: kept });
  });
  test.each(['', '  ', 'a\nb', 'a\0', 'a\u007f', 'a\u0085b', '\ud800'])('%j is refused', (name) => {
    expect(checkName(name)).toMatchObject(refused);
  });
  test('has at most 200 characters after trimming', () => {
    expect(checkName(` ${'a'.repeat(200)} `)).toMatchObject({ code: 'ok' });
    expect(checkName('a'.repeat(201))).toMatchObject(refused);
  });
});
