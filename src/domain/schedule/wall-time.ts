import { invariant } from '../invariant.js';

export const MINUTES_PER_DAY = 1_440;

const WALL_TIME = /^([01][0-9]|2[0-3]):([0-5][0-9])$/;

/** The reason in every refusal of a wall time. */
export const WALL_TIME_REASON = 'must be a time of day from 00:00 through 23:59, written HH:MM';

export function isWallTime(text: string): boolean {
  return WALL_TIME.test(text);
}

/** Minute of the day (0 through 1439) that `HH:MM` names. @throws {InvariantViolation} if `isWallTime` refuses it. */
export function minuteOfDay(text: string): number {
  invariant(isWallTime(text), 'a wall time reached the evaluator unchecked');
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
}
