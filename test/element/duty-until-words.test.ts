import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dutyUntilWords } from '../../src/element/duty-until-words.js';
import { createTexts } from '../../src/texts/texts.js';

const resource = readFileSync(new URL('../../src/texts/en.ftl', import.meta.url), 'utf8');
const texts = createTexts({ language: 'en', resource, wanted: ['en-GB'], timeZone: 'Europe/Berlin' });
const now = Date.parse('2026-03-27T12:00:00Z');
const until = (text: string, zone?: string) => dutyUntilWords(texts, Date.parse(`${text}:00Z`), now, zone);

describe('until when somebody is on duty', () => {
  it('is a time of today, the last minute of the duty', () => {
    expect(until('2026-03-27T16:01')).toBe('until 17:00');
    expect(until('2026-03-27T16:01', 'Europe/Paris')).toBe('until 17:00');
  });

  it('is also told on the clocks of the schedule', () => {
    expect(until('2026-03-27T16:01', 'America/New_York')).toBe(
      'until 17:00 (12:00 in America/New\u00A0York)',
    );
  });

  it('has the day if it is not today, and dates if the two zones have different ones', () => {
    expect(until('2026-03-28T06:01')).toBe('until tomorrow at 07:00');
    expect(until('2026-03-28T01:01', 'America/New_York')).toMatch(
      /^until Saturday,? 28 March at 02:00 \(Friday,? 27 March at 21:00 in America\/New\u00A0York\)$/,
    );
  });
});
