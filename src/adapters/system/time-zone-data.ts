import type { Clock } from '../../application/ports/clock.js';
import type { Logger } from '../../application/ports/logger.js';

/**
 * The release of IANA's data from which this runtime knows clock changes, such as `2025c`; `unknown` if it does not
 * say.
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
 * Warns of old data: schedules miss the clock changes that were decided since their release, and are wrong by whole
 * hours.
 */
export function warnOfOldTimeZones({ clock, logger, version }: TimeZoneCheck): void {
  if (isOutdated(version, clock.now())) logger.warn('time_zones.outdated', { timeZoneData: version });
}

/**
 * Whether data of that release are surely more than a year old. A release tells its year and not its day: one of 2025
 * may have come on the last day of it, so it counts as good through 2026, in UTC. One that does not tell counts as
 * good.
 */
function isOutdated(version: string, now: number): boolean {
  const [, year] = /^(\d{4})[a-z]/.exec(version) ?? [];
  return year !== undefined && new Date(now).getUTCFullYear() > Number(year) + 1;
}
