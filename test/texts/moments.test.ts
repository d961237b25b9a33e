import { describe, expect, it } from 'vitest';
import { localeOf, negotiateLanguage } from '../../src/texts/languages.js';
import { loadTexts } from '../../src/texts/load-texts.js';
import { createMoments } from '../../src/texts/moments.js';
import { createTexts } from '../../src/texts/texts.js';

const at = (text: string): number => Date.parse(text);

describe('the language of a reader', () => {
  it('is the first of theirs that there is, whatever the region', () => {
    expect(negotiateLanguage(['ja', 'de-AT', 'en'])).toBe('de');
    expect(negotiateLanguage(['PT_br'])).toBe('pt');
    expect(negotiateLanguage(['en-US@posix'])).toBe('en');
    expect(negotiateLanguage(['ja', ''])).toBe('en');
    expect(negotiateLanguage([])).toBe('en');
  });

  it('keeps the region of the reader for dates, and refuses what is no tag', () => {
    expect(localeOf('en', ['de', 'en-US'])).toBe('en-US');
    expect(localeOf('en', ['en-US@posix'])).toBe('en');
    expect(localeOf('fr', ['de'])).toBe('fr');
  });
});

describe('a moment', () => {
  const now = at('2026-03-28T12:00:00Z');
  const german = createMoments('de', 'Europe/Berlin');

  it('is told by days of the calendar, across daylight saving', () => {
    expect(german.day(at('2026-03-28T22:30:00Z'), now)).toBe('heute');
    expect(german.day(at('2026-03-28T23:30:00Z'), now)).toBe('morgen');
    expect(german.day(at('2026-03-27T12:00:00Z'), now)).toBe('gestern');
    expect(german.day(at('2026-04-02T12:00:00Z'), now)).toBe('Donnerstag');
    expect(german.day(at('2026-10-08T12:00:00Z'), now)).toBe('Donnerstag, 8. Oktober');
    expect(german.day(at('2027-10-08T12:00:00Z'), now)).toContain('2027');
  });

  it('is told on the clocks of another zone, too', async () => {
    const { default: resource } = await import('../../src/texts/de.ftl');
    const texts = createTexts({ language: 'de', resource, timeZone: 'Europe/Berlin' });
    expect(texts.moment(at('2026-03-29T07:00:00Z'), now)).toBe('morgen um 09:00');
    const both = (zone: string | undefined, text: string) => texts.bothMoments(zone, at(text), now);
    expect(both('America/New_York', '2026-03-29T07:00:00Z')).toEqual({
      here: 'morgen um 09:00',
      there: 'morgen um 03:00',
    });
    expect(both('Europe/Paris', '2026-03-29T07:00:00Z').there).toBeNull();
    expect(both(undefined, '2026-03-29T07:00:00Z').there).toBeNull();
    // Tomorrow here and today there would be one moment of two days.
    expect(both('America/New_York', '2026-03-28T23:30:00Z')).toEqual({
      here: 'Sonntag, 29. März um 00:30',
      there: 'Samstag, 28. März um 19:30',
    });
  });

  it('has a key by which days sort, whatever digits and calendar the reader has', async () => {
    const { locale } = await loadTexts('ar', ['ar-SA']);
    expect(createMoments(locale, 'Asia/Riyadh').dayKey(now)).toBe('2026-03-28');
  });
});
