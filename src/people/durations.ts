const LARGE_UNITS = [
  ['day', 24 * 60],
  ['hour', 60],
] as const;

/**
 * Words such as `12 minutes` or `3 hours`, in the largest unit that is full at least twice. Somebody who has waited for almost
 * two hours has not waited for `1 hour`. Returns null for less than a minute.
 */
export function durationWords(ms: number, locale: string): string | null {
  const minutes = Math.floor(ms / 60_000);
  const [unit, size] = LARGE_UNITS.find((large) => minutes >= 2 * large[1]) ?? (['minute', 1] as const);
  return minutes < 1 ? null : unitWords(Math.floor(minutes / size), unit, locale);
}

export function unitWords(count: number, unit: 'day' | 'hour' | 'minute', locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(count);
}
