import { type InvalidField, invalidField } from '../decision.js';
import { isWallTime, WALL_TIME_REASON } from './wall-time.js';

interface Times {
  readonly startTime: string;
  readonly endTime: string;
}

/** The two times of one window; `path` is the window's own path. */
export function checkTimes(window: Times, path: string): InvalidField | null {
  if (!isWallTime(window.startTime)) return invalidField(`${path}.startTime`, WALL_TIME_REASON);
  if (!isWallTime(window.endTime)) return invalidField(`${path}.endTime`, WALL_TIME_REASON);
  return null;
}

/** `keys[n]` says everything about entry `n`; the path names the later of two equal entries. */
export function checkDuplicates(keys: readonly string[], path: string): InvalidField | null {
  const firstIndexOf = new Map<string, number>();
  for (const [index, key] of keys.entries()) {
    const first = firstIndexOf.get(key);
    if (first !== undefined) return invalidField(`${path}.${index}`, `must not repeat ${path}.${first}`);
    firstIndexOf.set(key, index);
  }
  return null;
}
