import type { Random } from '../random.js';
import type { ChaosServer } from '../server/chaos-server.js';
import type { Effect, Stage } from './stage.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Ahead of the machine's clock, or behind it. Twelve hours close a part-time doctor's schedule. */
const OFFSETS_MS = [
  -36 * HOUR_MS,
  -12 * HOUR_MS,
  -1.5 * MINUTE_MS,
  0,
  5 * MINUTE_MS,
  12 * HOUR_MS,
  60 * HOUR_MS,
] as const;
/** Where there is none further on that side. */
const BEYOND_MS = 2 * MINUTE_MS;

export function stepClockForwards(stage: Stage, random: Random): Promise<Effect> {
  const { server } = random.pick(stage.fleet.members);
  const from = server.clockOffsetMs;
  const later = OFFSETS_MS.filter((offsetMs) => offsetMs > from);
  return step(server, later.length > 0 ? random.pick(later) : from + BEYOND_MS);
}

export function stepClockBack(stage: Stage, random: Random): Promise<Effect> {
  const { server } = random.pick(stage.fleet.members);
  const from = server.clockOffsetMs;
  const earlier = OFFSETS_MS.filter((offsetMs) => offsetMs < from);
  return step(server, earlier.length > 0 ? random.pick(earlier) : from - BEYOND_MS);
}

async function step(server: ChaosServer, offsetMs: number): Promise<Effect> {
  const from = server.clockOffsetMs;
  const effective = await server.stepClock(offsetMs);
  return { effective, note: `from ${from / 1000} s to ${offsetMs / 1000} s ahead of the machine` };
}
