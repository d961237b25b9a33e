/** Instants in the reader's own words. All instants are in epoch ms, and callers always give `now`. */
export interface TimeWords {
  /** `12:03` */
  clock(at: number): string;
  /** `12:03:07.120`, for the event log. */
  preciseClock(at: number): string;
  /** The local date, `2026-03-29`; equal for two instants of one day. */
  dayKey(at: number): string;
  /** `Today`, `Yesterday`, `Thursday 4 October` */
  day(at: number, now: number): string;
  /** `today at 09:00`, `tomorrow at 09:00`, `Thursday at 09:00`, `Thursday 4 October at 09:00` */
  moment(at: number, now: number): string;
}

const dayInMs = 24 * 60 * 60 * 1000;

/** `locale` and `timeZone` default to the reader's. English words need an English locale. */
export function createTimeWords(locale?: string, timeZone?: string): TimeWords {
  const zone = timeZone === undefined ? {} : { timeZone };
  const clockFormat = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', ...zone });
  const preciseFormat = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    ...zone,
  });
  const keyFormat = new Intl.DateTimeFormat('en-CA', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    ...zone,
  });
  const weekdayFormat = new Intl.DateTimeFormat(locale, { weekday: 'long', ...zone });
  const dateFormat = new Intl.DateTimeFormat(locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...zone,
  });

  /** Whole local days from now to then. UTC midnights of the local dates keep daylight saving out of it. */
  const daysAway = (at: number, now: number): number =>
    Math.round((Date.parse(keyFormat.format(at)) - Date.parse(keyFormat.format(now))) / dayInMs);

  const dayWord = (at: number, now: number): string => {
    const away = daysAway(at, now);
    if (away === 0) return 'today';
    if (away === 1) return 'tomorrow';
    if (away === -1) return 'yesterday';
    if (away > 1 && away < 7) return weekdayFormat.format(at);
    return dateFormat.format(at);
  };

  return {
    clock: (at) => clockFormat.format(at),
    preciseClock: (at) => preciseFormat.format(at),
    dayKey: (at) => keyFormat.format(at),
    day: (at, now) => {
      const word = dayWord(at, now);
      return word.charAt(0).toUpperCase() + word.slice(1);
    },
    moment: (at, now) => `${dayWord(at, now)} at ${clockFormat.format(at)}`,
  };
}

/**
 * Returns the reader's locale if it is an English one, so that dates do not mix languages with the sentences around
 * them.
 */
export function englishLocale(preferred: readonly string[]): string {
  return preferred.find((locale) => /^en\b/i.test(locale) && isLanguageTag(locale)) ?? 'en-GB';
}

/** A browser in the POSIX locale calls its language `en-US@posix`, which its own formatters refuse. */
function isLanguageTag(locale: string): boolean {
  try {
    return Intl.getCanonicalLocales(locale).length > 0;
  } catch {
    return false;
  }
}
