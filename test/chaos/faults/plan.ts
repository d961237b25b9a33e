import { createRandom, type Random } from '../random.js';
import type { FaultKind } from './kinds.js';

export interface PlannedFault {
  readonly kind: FaultKind;
  /** Counts from 1. */
  readonly number: number;
  /** Calm before it, in ms. */
  readonly calmMs: number;
  /** Whether the next one begins before this one is over. */
  readonly overlaps: boolean;
  /** All else that it leaves to chance. */
  readonly random: Random;
}

/** Round after round of all kinds, each round in another order: the same for the same seed. Never ends. */
export function* planFaults(seed: string, round: readonly FaultKind[]): Generator<PlannedFault, never> {
  const random = createRandom(`${seed}/faults`);
  for (let number = 1; ; ) {
    for (const kind of random.shuffled(round)) {
      const calmMs = random.whole(300, 3_000);
      yield { kind, number, calmMs, overlaps: random.chance(0.25), random: random.fork(`${number}`) };
      number += 1;
    }
  }
}
