import type { Clock } from '../../application/ports/clock.js';
import type { Logger } from '../../application/ports/logger.js';

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
 * Whether the data of that release are certainly more than a year old. A release tells its year and not its day: one
 * of 2025 may have come on the year's last day, so it counts as current through 2026, in UTC. An unknown release
 * counts as current.
 */
function isOutdated(version: string, now: number): boolean {
  const [, year] = /^(\d{4})[a-z]/.exec(version) ?? [];
  return year !== undefined && new Date(now).getUTCFullYear() > Number(year) + 1;
}
