import type { Random } from '../random.js';
import type { Effect, Stage } from './stage.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Relative to the machine's clock. Twelve hours close a part-time doctor's schedule. */
const AHEAD_MS = [5 * MINUTE_MS, 12 * HOUR_MS, 12 * HOUR_MS, 60 * HOUR_MS];
const BEHIND_MS = [0, 0, -90_000, -12 * HOUR_MS, -36 * HOUR_MS];

export function stepClockForwards(stage: Stage, random: Random): Promise<Effect> {
  return step(stage, random.pick(AHEAD_MS));
}

export function stepClockBack(stage: Stage, random: Random): Promise<Effect> {
  return step(stage, random.pick(BEHIND_MS));
}

async function step({ server }: Stage, offsetMs: number): Promise<Effect> {
  const effective = await server.stepClock(offsetMs);
  return { effective, note: `to ${offsetMs / 1000} s ahead of the machine` };
}
