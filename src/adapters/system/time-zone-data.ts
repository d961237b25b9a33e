import type { Clock } from '../../application/ports/clock.js';
import type { Logger } from '../../application/ports/logger.js';
import { DAY_MS } from '../../domain/instant.js';

const YEAR_MS = 365 * DAY_MS;

/** The days (UTC) on which IANA released the data that the supported versions of Node came with, by the `NEWS` in them. */
const RELEASED_ON: ReadonlyMap<string, string> = new Map([
  ['2024a', '2024-02-01'],
  ['2024b', '2024-09-04'],
  ['2025a', '2025-01-15'],
  ['2025b', '2025-03-22'],
  ['2025c', '2025-12-10'],
  ['2026a', '2026-03-02'],
  ['2026b', '2026-04-23'],
  ['2026c', '2026-07-08'],
]);

/**
 * The release of IANA's data by which this runtime knows clock changes, such as `2025c`; `unknown` if the runtime
 * does not say.
 */
export function timeZoneDataVersion(): string {
  return process.versions['tz'] ?? 'unknown';
}

export interface TimeZoneCheck {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly version: string;
}

/**
 * Warns if the data are old. Schedules then miss the clock changes that were decided since, and are wrong by whole
 * hours.
 */
export function warnOfOldTimeZones({ clock, logger, version }: TimeZoneCheck): void {
  if (isOutdated(version, clock.now())) logger.warn('time_zones.outdated', { timeZoneData: version });
}

/**
 * Whether the data of that release are certainly more than a year old. A later release than those above tells only its
 * year: one of 2027 may have come on the year's last day, so it counts as current through 2028, in UTC. A release that
 * does not even tell its year counts as current.
 */
function isOutdated(version: string, now: number): boolean {
  const released = RELEASED_ON.get(version);
  if (released !== undefined) return now >= Date.parse(released) + YEAR_MS;
  const [, year] = /^(\d{4})[a-z]/.exec(version) ?? [];
  return year !== undefined && new Date(now).getUTCFullYear() > Number(year) + 1;
}
