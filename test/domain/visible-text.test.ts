import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkContent } from '../../src/domain/consultation/message-content.js';
import { checkName } from '../../src/domain/person-name.js';
import { isBlank } from '../../src/domain/visible-text.js';
import { describeDraft } from '../../src/page/draft-words.js';

const at = (...codePoints: readonly number[]): string => String.fromCodePoint(...codePoints);
const range = (first: number, last: number): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** Each shows nothing, alone. */
const NOTHING: readonly number[] = [
  ...range(0x09, 0x0d),
  0x20,
  0x85,
  0xa0,
  0xad,
  0x034f,
  0x061c,
  ...range(0x115f, 0x1160),
  0x1680,
  ...range(0x17b4, 0x17b5),
  ...range(0x180b, 0x180f),
  ...range(0x2000, 0x200f),
  ...range(0x2028, 0x202f),
  ...range(0x205f, 0x206f),
  0x2800,
  0x3000,
  0x3164,
  ...range(0xfe00, 0xfe0f),
  0xfeff,
  0xffa0,
  ...range(0xfff0, 0xfffc),
  0xffff,
  ...range(0x1bca0, 0x1bca3),
  0x1d159,
  ...range(0x1d173, 0x1d17a),
  ...range(0xe0000, 0xe007f),
  ...range(0xe0100, 0xe01ef),
];

const hex = (codePoint: number): string => `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;

describe('text that shows nothing is blank', () => {
  test('each of the characters that show nothing, alone', () => {
    expect(NOTHING.filter((codePoint) => !isBlank(at(codePoint))).map(hex)).toEqual([]);
  });
  test('any of them together, for content and for names and in the page as on the server', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...NOTHING), { maxLength: 20 }), (codePoints) => {
        const text = at(...codePoints);
        expect(checkContent(text)).toMatchObject({ code: 'request.invalid', field: 'content' });
        expect(checkName(text)).toMatchObject({ code: 'request.invalid', field: 'name' });
        expect(describeDraft(text).sendable).toBe(false);
      }),
    );
  });
});

describe('text that shows something is not blank', () => {
  test.each([
    'a',
    '.',
    '0',
    '👍',
    '👍\uFE0F',
    '👩🏽‍⚕️',
    '❤\uFE0F',
    '🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}',
    '🇦🇹',
    '1\uFE0F\u20E3',
    '\u200Fשלום',
    'न\u200Dमस्ते',
    '\u0301',
    '\u0600',
    '\u06DD',
    '\u2801',
    '\u{1D158}',
    '한',
    '\uE000',
  ])('%j', (text) => {
    expect(isBlank(text)).toBe(false);
    expect(checkContent(text)).toEqual({ code: 'ok', content: text });
    expect(checkName(text)).toEqual({ code: 'ok', name: text });
    expect(describeDraft(text).sendable).toBe(true);
  });
  test('with something that shows nothing on each side, which is kept', () => {
    expect(checkContent('\u200Bx\u200B')).toEqual({ code: 'ok', content: '\u200Bx\u200B' });
  });
  test('the page and the server agree on every character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3 }), (text) => {
        expect(describeDraft(text).sendable).toBe(!isBlank(text));
      }),
      { numRuns: 2_000 },
    );
  });
});
