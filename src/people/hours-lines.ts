import { HOURS_SHOWN_MS, type Hours } from './hours.js';

const MINUTE_MS = 60 * 1000;

/**
 * Writes a line such as `Mon, 30 Nov` and `09:00–17:00` for each stretch of open time that is not over, in a time zone. A line
 * comes in parts, and may be broken between them.
 *
 * If a stretch was cut off because it goes on after the time that was asked about, `…` stands for its end.
 *
 * @returns `always` if the known time has no gap.
 */
export function hoursOf(
  { intervals, asked }: Hours,
  now: number,
  locale: string,
  timeZone: string,
): 'always' | readonly (readonly string[])[] {
  const [first] = intervals;
  const span = asked.to - asked.from - MINUTE_MS;
  if (intervals.length === 1 && first !== undefined && first.to - first.from >= span) return 'always';
  const time = { hour: '2-digit', minute: '2-digit' } as const;
  const date = { weekday: 'short', day: 'numeric', month: 'short' } as const;
  const formatOf = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(locale, { timeZone, ...options });
  const [times, day] = [formatOf(time), formatOf(date)];
  return intervals
    .filter(({ from, to }) => to > now && from < now + HOURS_SHOWN_MS)
    .map(({ from, to }) => {
      // A window includes its last minute, so one that ends at 17:01 is shown as ending at 17:00.
      const last = to - MINUTE_MS;
      if (day.format(from) === day.format(last))
        return [day.format(from), `${times.format(from)}–${times.format(last)}`];
      const begin = from <= asked.from ? ['… –'] : [day.format(from), `${times.format(from)} –`];
      return [...begin, ...(to >= asked.to ? ['…'] : [day.format(last), times.format(last)])];
    });
}
