const UNITS = [
  ['day', 24 * 60],
  ['hour', 60],
  ['minute', 1],
] as const;

/** Words such as `12 minutes` or `3 hours`, in the largest unit that is full; null for less than a minute. */
export function durationWords(ms: number, locale: string): string | null {
  const minutes = Math.floor(ms / 60_000);
  const [unit, size] = UNITS.find(([, unitMinutes]) => minutes >= unitMinutes) ?? [];
  return unit === undefined ? null : unitWords(Math.floor(minutes / size), unit, locale);
}

export function unitWords(count: number, unit: 'day' | 'hour' | 'minute', locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(count);
}
