import { type Instant, MINUTE_MS, SECOND_MS } from '../../domain/instant.js';

export const MUST_BE_AN_INSTANT =
  'must be an ISO 8601 instant with its offset, for instance 2026-03-29T07:00:00.000Z';
const NEEDS_AN_OFFSET = 'must say its offset from UTC: end it with Z, or with one such as +01:00';
const NO_ZONE_NAME =
  'must not name a time zone in brackets: leave out the brackets, and keep the offset before them';

/**
 * Instants as RFC 3339 has them, and as Java (no seconds), .NET (7 digits) and short ISO 8601 (`+0100`, `+01`, a
 * comma) write them.
 */
const INSTANT =
  /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d|60)(?:[.,](\d{1,9}))?)?(Z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)$/i;
const LOCAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?$/i;
const LAST_MINUTE_OF_A_DAY = 'T23:59:00.000Z';

/**
 * Reads an instant as clients write it. Digits beyond milliseconds are cut off. A leap second counts as the second
 * after it, as in Unix time.
 *
 * @returns what is wrong with the text, in words that follow the field's name, if it is no instant.
 */
export function readInstant(text: string): Instant | string {
  const [, date = '', hour, minute, second = '00', fraction = '', offset = ''] = INSTANT.exec(text) ?? [];
  if (offset === '') return problemOf(text);
  const local = Date.parse(`${date}T${hour}:${minute}:00.000Z`);
  // JavaScript reads 30 February as a day in March, so the date is compared.
  if (Number.isNaN(local) || !new Date(local).toISOString().startsWith(date)) return MUST_BE_AN_INSTANT;
  const inUtc = local - offsetOf(offset);
  const isLeap = second === '60';
  if (isLeap && !new Date(inUtc).toISOString().endsWith(LAST_MINUTE_OF_A_DAY)) return MUST_BE_AN_INSTANT;
  const ms = isLeap ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0'));
  return inUtc + Number(second) * SECOND_MS + ms;
}

function problemOf(text: string): string {
  if (/\[.*\]$/.test(text)) return NO_ZONE_NAME;
  return LOCAL.test(text) ? NEEDS_AN_OFFSET : MUST_BE_AN_INSTANT;
}

/** In ms; east of Greenwich is positive. */
function offsetOf(offset: string): number {
  if (/^z$/i.test(offset)) return 0;
  const digits = offset.replace(/\D/g, '').padEnd(4, '0');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (offset.startsWith('-') ? -minutes : minutes) * MINUTE_MS;
}
