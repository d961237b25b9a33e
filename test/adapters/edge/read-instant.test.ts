import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { readInstant } from '../../../src/adapters/edge/read-instant.js';

const ONE = Date.parse('2026-03-02T12:00:00.000Z');

describe('an instant', () => {
  it.each([
    ['2026-03-02T12:00:00.000Z', 0],
    ['2026-03-02T12:00:00Z', 0],
    ['2026-03-02T12:00Z', 0],
    ['2026-03-02t12:00:00z', 0],
    ['2026-03-02T13:00+01:00', 0],
    ['2026-03-02T13:00:00+0100', 0],
    ['2026-03-02T13:00+01', 0],
    ['2026-03-02T12:00:00-00:00', 0],
    ['2026-03-02T12:00:00+00:00', 0],
    ['2026-03-02T06:15:00-05:45', 0],
    ['2026-03-03T02:00:00+14:00', 0],
    // .NET, Python, Java and Go.
    ['2026-03-02T12:00:00.1234567Z', 123],
    ['2026-03-02T13:00:00.1234567+01:00', 123],
    ['2026-03-02T12:00:00.123456+00:00', 123],
    ['2026-03-02T12:00:00.123456789Z', 123],
    ['2026-03-02T12:00:00.9999999Z', 999],
    ['2026-03-02T12:00:00.5Z', 500],
    ['2026-03-02T12:00:00,05Z', 50],
  ])('is read: %s', (text, ms) => {
    expect(readInstant(text)).toBe(ONE + ms);
  });

  it.each([
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['2016-12-31T23:59:60.9Z', '2017-01-01T00:00:00.000Z'],
    ['2017-01-01T00:59:60+01:00', '2017-01-01T00:00:00.000Z'],
    ['0000-01-01T00:00Z', '0000-01-01T00:00:00.000Z'],
    ['0099-03-01T00:00Z', '0099-03-01T00:00:00.000Z'],
    ['2024-02-29T00:00Z', '2024-02-29T00:00:00.000Z'],
    ['1969-12-31T23:59:59.9999Z', '1969-12-31T23:59:59.999Z'],
  ])('at the edges is read: %s', (text, meant) => {
    expect(readInstant(text)).toBe(Date.parse(meant));
  });

  it.each([
    ['2026-03-02T13:00:00', /must say its offset/],
    ['2026-03-02T13:00', /must say its offset/],
    ['2026-03-02T13:00:00.1234567', /must say its offset/],
    ['2026-03-02T13:00+01:00[Europe/Berlin]', /must not name a time zone in brackets/],
    ['2026-03-02T12:00:00Z[UTC]', /must not name a time zone in brackets/],
    ['2026-03-02T13:00[Europe/Berlin]', /must not name a time zone in brackets/],
  ])('that is not one says why: %s', (text, reason) => {
    expect(readInstant(text)).toMatch(reason);
  });

  it.each([
    '',
    'now',
    '2026-03-02',
    '2026-03-02Z',
    '1772456400',
    '2026-02-30T12:00:00Z',
    '2025-02-29T12:00:00Z',
    '2026-00-10T12:00:00Z',
    '2026-13-10T12:00:00Z',
    '2026-03-00T12:00:00Z',
    '2026-03-02T24:00:00Z',
    '2026-03-02T12:60:00Z',
    '2026-03-02T12:00:60Z',
    '2026-03-02T23:59:61Z',
    '2026-03-02T12:00:00.Z',
    '2026-03-02T12:00:00.1234567890Z',
    '2026-03-02T12:00:00+24:00',
    '2026-03-02T12:00:00+01:60',
    '2026-03-02T12:00:00+1',
    '2026-03-02T12:00:00+010',
    '2026-03-02 12:00:00Z',
    ' 2026-03-02T12:00:00Z',
    '2026-03-02T12:00:00Z ',
    '2026-03-02T12:00:00Z\n',
    '+002026-03-02T12:00:00Z',
    '-2026-03-02T12:00:00Z',
    '20260302T120000Z',
    '2026-W10-1T12:00:00Z',
    '2026-061T12:00:00Z',
    '２０２６-03-02T12:00:00Z',
  ])('is none: %j', (text) => {
    expect(readInstant(text)).toMatch(/^must be an ISO 8601 instant with its offset/);
  });

  it('is what another library reads, in whatever form it writes it', () => {
    const moment = fc.integer({ min: Date.parse('0001-01-01T00:00Z'), max: Date.parse('9998-12-31T00:00Z') });
    const minutes = fc.integer({ min: -14 * 60, max: 14 * 60 });
    const format = fc.record({
      suppressSeconds: fc.boolean(),
      suppressMilliseconds: fc.boolean(),
      format: fc.constantFrom('extended' as const),
    });
    fc.assert(
      fc.property(moment, minutes, format, (at, offset, options) => {
        const zone = `UTC${offset < 0 ? '-' : '+'}${Math.trunc(Math.abs(offset) / 60)}:${String(Math.abs(offset) % 60).padStart(2, '0')}`;
        const text = DateTime.fromMillis(at, { zone }).toISO(options);
        expect(readInstant(text ?? '')).toBe(at);
      }),
    );
  });
});
