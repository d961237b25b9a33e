import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkContent } from '../../../src/domain/consultation/message-content.js';
import { isBlank } from '../../../src/domain/visible-text.js';

const refused = { code: 'request.invalid', field: 'content' };

describe('content is trimmed and otherwise kept', () => {
  test.each([
    ['hello', 'hello'],
    ['  hello \n', 'hello'],
    ['\ufeff\u00a0\u2003hello\u2029', 'hello'],
    ['a  b\n\tc', 'a  b\n\tc'],
    ['<script>alert("1")</script>', '<script>alert("1")</script>'],
    ['👩🏽‍⚕️', '👩🏽‍⚕️'],
    ['e\u0301', 'e\u0301'],
    ['\u200bx', '\u200bx'],
  ])('%j', (content, kept) => {
    expect(checkContent(content)).toEqual({ code: 'ok', content: kept });
  });
});

describe('content is 1 to 4,000 characters after trimming', () => {
  test.each(['', ' ', '\n\t\r', '\u00a0\u3000\ufeff', '\u200b', '\u2800'])('%j is empty', (content) => {
    expect(checkContent(content)).toMatchObject(refused);
  });
  test.each(['a', '𝄞', '👍'])('4,000 of %s are taken, 4,001 are not', (character) => {
    expect(checkContent(character.repeat(4_000))).toMatchObject({ code: 'ok' });
    expect(checkContent(` ${character.repeat(4_000)} `)).toMatchObject({ code: 'ok' });
    expect(checkContent(character.repeat(4_001))).toMatchObject(refused);
  });
  test('astral and other characters count alike', () => {
    expect(checkContent(`${'𝄞'.repeat(3_999)}a`)).toMatchObject({ code: 'ok' });
    expect(checkContent(`${'𝄞'.repeat(3_999)}ab`)).toMatchObject(refused);
  });
  test('a megabyte is refused without being counted', () => {
    expect(checkContent('𝄞'.repeat(500_000))).toMatchObject(refused);
  });
});

describe('content that UTF-8 text in a database cannot hold is refused', () => {
  test.each(['a\0b', 'a\ud800b', '\udc00', '\udc00\ud800', 'x\ud83d'])('%j', (content) => {
    expect(checkContent(content)).toMatchObject(refused);
  });
});

describe('laws', () => {
  test('what is taken survives UTF-8 byte for byte, and is taken again unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (content) => {
        const checked = checkContent(content);
        if (checked.code !== 'ok') return;
        expect(Buffer.from(checked.content, 'utf8').toString('utf8')).toBe(checked.content);
        expect(checkContent(checked.content)).toEqual(checked);
        expect(content).toContain(checked.content);
      }),
    );
  });
  test('never throws, whatever UTF-16 comes', () => {
    const units = fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes));
    fc.assert(
      fc.property(units, (content) => {
        const checked = checkContent(content);
        const trimmed = content.trim();
        const survives = Buffer.from(trimmed, 'utf8').toString('utf8') === trimmed;
        const fits = !isBlank(trimmed) && !trimmed.includes('\0') && survives;
        expect(checked.code === 'ok').toBe(fits);
      }),
    );
  });
});
