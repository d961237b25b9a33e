import { type InvalidField, invalidField } from '../decision.js';
import { isWallTime, WALL_TIME_REASON } from './wall-time.js';

interface Times {
  readonly startTime: string;
  readonly endTime: string;
}

/** Checks the two times of one window; `path` is the window's own path. */
export function checkTimes(window: Times, path: string): InvalidField | null {
  if (!isWallTime(window.startTime)) return invalidField(`${path}.startTime`, WALL_TIME_REASON);
  if (!isWallTime(window.endTime)) return invalidField(`${path}.endTime`, WALL_TIME_REASON);
  return null;
}

/**
 * Checks that no two entries are equal. `keys[n]` holds all of entry `n`; the refusal names the later of two equal
 * ones.
 */
export function checkDuplicates(keys: readonly string[], path: string): InvalidField | null {
  const firstIndexOf = new Map<string, number>();
  for (const [index, key] of keys.entries()) {
    const first = firstIndexOf.get(key);
    if (first !== undefined) return invalidField(`${path}.${index}`, `must not repeat ${path}.${first}`);
    firstIndexOf.set(key, index);
  }
  return null;
}
