import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../domain/instant.js';
import { UsageError } from './arguments.js';

const UNITS_MS: Readonly<Record<string, number>> = { s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS };
/** The longest lifetime of a development token. Otherwise, one that was forgotten somewhere could be found and used. */
const MAX_LIFETIME_MS = 30 * DAY_MS;

/**
 * Reads `90s`, `30m`, `8h` or `7d` as ms.
 *
 * @throws {UsageError} for anything else, for zero, and for more than 30 days.
 */
export function readLifetime(text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const lifetimeMs = Number(digits) * (UNITS_MS[unit] ?? 0);
  if (lifetimeMs < SECOND_MS || lifetimeMs > MAX_LIFETIME_MS) {
    throw new UsageError('--lifetime must be like 90s, 30m, 8h or 7d, and 30 days at most');
  }
  return lifetimeMs;
}
