import { describe, expect, it } from 'vitest';
import { dutyEnd, HOURS_AHEAD_MS, HOURS_BACK_MS, type Hours, isOffDutyAt } from '../../src/people/hours.js';
import { hoursOf } from '../../src/people/hours-lines.js';

const at = (text: string) => Date.parse(`${text}:00.000Z`);
const NOW = at('2026-11-29T03:18');

/** As they are asked for: what lies before or behind is cut off. */
function hours(...windows: readonly (readonly [from: string, to: string])[]): Hours {
  const [first, last] = [NOW - HOURS_BACK_MS, NOW + HOURS_AHEAD_MS];
  const intervals = windows
    .map(([from, to]) => ({ from: Math.max(at(from), first), to: Math.min(at(to), last) }))
    .filter(({ from, to }) => from < to);
  return { timeZone: 'UTC', intervals, asked: { from: first, to: last } };
}
const linesOf = (...windows: readonly (readonly [from: string, to: string])[]) => {
  const lines = hoursOf(hours(...windows), NOW, 'en-GB', 'Europe/Berlin');
  return lines === 'always' ? lines : lines.map((parts) => parts.join(' '));
};

describe('the hours of a doctor', () => {
  it('are told to their end, whatever the time of day is', () => {
    expect(
      linesOf(
        ['2026-11-29T01:00', '2026-11-29T03:26'],
        ['2026-12-06T01:00', '2026-12-06T03:26'],
        ['2026-12-06T19:00', '2026-12-06T20:00'],
      ),
    ).toEqual([
      expect.stringMatching(/^Sun,? 29 Nov 02:00–04:25$/),
      expect.stringMatching(/^Sun,? 6 Dec 02:00–04:25$/),
    ]);
  });

  it('are parts that are broken between date and time only', () => {
    const [line] = hoursOf(hours(['2026-11-29T01:00', '2026-11-29T03:26']), NOW, 'en-GB', 'Europe/Berlin');
    expect(line).toEqual([expect.stringMatching(/^Sun,? 29 Nov$/), '02:00–04:25']);
  });

  it.each(['de', 'ar', 'en-US', 'pt'])('are written alike in %s, whether or not they go past midnight', (locale) => {
    const [day, night] = hoursOf(
      hours(['2026-11-30T08:00', '2026-11-30T16:01'], ['2026-12-01T20:00', '2026-12-02T05:01']),
      NOW,
      locale,
      'UTC',
    );
    const clock = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', hour: '2-digit', minute: '2-digit' });
    const [begin, end] = ['2026-11-30T08:00', '2026-11-30T16:00'].map((one) => clock.format(at(one)));
    expect(day?.[1]).toBe(`${begin}–${end}`);
    expect(night?.slice(1)).toEqual([
      `${clock.format(at('2026-12-01T20:00'))} –`,
      expect.any(String),
      clock.format(at('2026-12-02T05:00')),
    ]);
  });

  it('of one who is always there are that', () => {
    expect(linesOf(['2026-01-01T00:00', '2027-01-01T00:00'])).toBe('always');
    expect(linesOf(['2026-11-29T00:00', '2027-01-01T00:00'])).not.toBe('always');
  });

  it('from one week to the next have both days', () => {
    const [line] = linesOf(['2026-11-29T01:00', '2026-12-06T03:26']);
    expect(line).toMatch(/^Sun,? 29 Nov,? 02:00 – Sun,? 6 Dec,? 04:25$/);
  });

  it('beyond what was asked for are not said to begin or to end there', () => {
    expect(
      linesOf(['2026-11-20T00:00', '2026-12-02T23:00'], ['2026-12-03T00:00', '2027-01-01T00:00']),
    ).toEqual([
      expect.stringMatching(/^… – Wed,? 2 Dec,? 23:59$/),
      expect.stringMatching(/^Thu,? 3 Dec,? 01:00 – …$/),
    ]);
  });

  it('have an end that is told of the duty that is on, if it is near', () => {
    expect(dutyEnd(hours(['2026-11-29T01:00', '2026-11-29T03:26']), NOW)).toBe(at('2026-11-29T03:26'));
    expect(dutyEnd(hours(['2026-11-29T04:00', '2026-11-29T05:00']), NOW)).toBeNull();
    expect(dutyEnd(hours(['2026-11-29T01:00', '2027-01-01T00:00']), NOW)).toBeNull();
    // Asked for three minutes ago: it may have been changed.
    expect(dutyEnd(hours(['2026-11-29T01:00', '2026-11-29T03:26']), NOW + 180_000)).toBeNull();
  });

  it('tell who is off duty, unless it was long ago that somebody asked', () => {
    const [on, off] = [
      hours(['2026-11-29T01:00', '2026-11-29T03:26']),
      hours(['2026-11-29T04:00', '2026-11-29T05:00']),
    ];
    expect([isOffDutyAt(on, NOW), isOffDutyAt(off, NOW), isOffDutyAt(hours(), NOW)]).toEqual([
      false,
      true,
      true,
    ]);
    expect(isOffDutyAt(off, NOW + 180_000)).toBe(false);
  });

  it('that are over are not told', () => {
    expect(linesOf(['2026-11-28T10:00', '2026-11-28T12:00'])).toEqual([]);
  });
});
