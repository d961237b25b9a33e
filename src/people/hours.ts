/** Open time, `from` to `to`, epoch ms. */
export interface Hours {
  readonly timeZone: string;
  readonly intervals: readonly { readonly from: number; readonly to: number }[];
}

/** As far as is looked ahead: what begins by then is told to its end. */
const HOURS_SHOWN_MS = 7 * 24 * 60 * 60 * 1000;
export const HOURS_AHEAD_MS = 8 * 24 * 60 * 60 * 1000;
/** So that what is open now is told from its beginning. */
export const HOURS_BACK_MS = 24 * 60 * 60 * 1000;
const MINUTE_MS = 60 * 1000;

/** When the duty ends that is on now; epoch ms, null where there is none, or no end is near. */
export function dutyEnd({ intervals }: Hours, now: number): number | null {
  const { to = 0 } = intervals.find(({ from, to }) => from <= now && now < to) ?? {};
  return to > 0 && to < now + HOURS_SHOWN_MS ? to : null;
}

/**
 * `Mon, 30 Nov, 09:00 – 17:00`, a line for each stretch of open time that is not over, on the clocks of a time zone.
 *
 * @returns `always` where there is no gap as far as is known.
 */
export function hoursOf(
  { intervals }: Hours,
  now: number,
  locale: string,
  timeZone: string,
): 'always' | readonly string[] {
  const [first] = intervals;
  const span = HOURS_AHEAD_MS + HOURS_BACK_MS - MINUTE_MS;
  if (intervals.length === 1 && first !== undefined && first.to - first.from >= span) return 'always';
  const time = { hour: '2-digit', minute: '2-digit' } as const;
  const date = { weekday: 'short', day: 'numeric', month: 'short' } as const;
  const formatOf = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(locale, { timeZone, ...options });
  const [format, times, day] = [formatOf({ ...date, ...time }), formatOf(time), formatOf(date)];
  return intervals
    .filter(({ from, to }) => to > now && from < now + HOURS_SHOWN_MS)
    .map(({ from, to }) => {
      // A window includes its last minute: what ends at 17:01 is said to end at 17:00.
      const last = to - MINUTE_MS;
      if (day.format(from) === day.format(last))
        return `${day.format(from)} ${times.formatRange(from, last)}`;
      return `${format.format(from)} – ${format.format(last)}`;
    });
}
