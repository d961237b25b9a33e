/** Instants in the reader's own language. All instants are in epoch ms, and callers always give `now`. */
export interface Moments {
  /** The name of the time zone, `Europe/Berlin`. */
  readonly timeZone: string;
  /** `09:03`, as the reader's locale writes it. */
  clock(at: number): string;
  /** The local date, `2026-03-29`; equal for two instants of one day. */
  dayKey(at: number): string;
  /** `today`, `tomorrow`, `Thursday`, `Thursday 4 October`; with the year if it is another one. */
  day(at: number, now: number): string;
  /** `Thursday 4 October`, however near; with the year if it is another one. */
  dated(at: number, now: number): string;
  /** `29 March 2026`, for the record. */
  date(at: number): string;
}

/** Returns `America/New York` for `America/New_York`, as people read it, to stay on one line. */
export function zoneWords(timeZone: string): string {
  return timeZone.replaceAll('_', '\u00A0');
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** A formatter costs milliseconds on a slow phone, so each is made when something is first written with it. */
function once<Formatter>(make: () => Formatter): () => Formatter {
  let made: Formatter | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** The date on the reader's own clock, which needs no formatter. */
function localDay(at: number): string {
  const date = new Date(at);
  const [year, month, day] = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(String);
  return `${year}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}`;
}

/** @param timeZone the reader's when left out. */
export function createMoments(locale: string, timeZone?: string): Moments {
  const format = (options: Intl.DateTimeFormatOptions, formatLocale = locale): (() => Intl.DateTimeFormat) =>
    once(
      () =>
        new Intl.DateTimeFormat(formatLocale, {
          ...options,
          ...(timeZone === undefined ? {} : { timeZone }),
        }),
    );
  const clockFormat = format({ hour: '2-digit', minute: '2-digit' });
  const keyFormat = format(
    { year: 'numeric', month: '2-digit', day: '2-digit' },
    'en-CA-u-ca-gregory-nu-latn',
  );
  const weekdayFormat = format({ weekday: 'long' });
  const dayFormat = format({ weekday: 'long', day: 'numeric', month: 'long' });
  const otherYearFormat = format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  const dateFormat = format({ day: 'numeric', month: 'long', year: 'numeric' });
  const relative = once(() => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));
  const dayKey = (at: number): string => (timeZone === undefined ? localDay(at) : keyFormat().format(at));

  /** Whole local days from now to then. UTC midnights of the local dates keep daylight saving out of it. */
  function daysAway(at: number, now: number): number {
    return Math.round((Date.parse(dayKey(at)) - Date.parse(dayKey(now))) / DAY_MS);
  }

  function dated(at: number, now: number): string {
    const isThisYear = dayKey(at).slice(0, 4) === dayKey(now).slice(0, 4);
    return (isThisYear ? dayFormat : otherYearFormat)().format(at);
  }

  return {
    get timeZone() {
      return clockFormat().resolvedOptions().timeZone;
    },
    clock: (at) => clockFormat().format(at),
    dayKey,
    day(at, now) {
      const away = daysAway(at, now);
      if (Math.abs(away) <= 1) return relative().format(away, 'day');
      if (away > 1 && away < 7) return weekdayFormat().format(at);
      return dated(at, now);
    },
    dated,
    date: (at) => dateFormat().format(at),
  };
}
