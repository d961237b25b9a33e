import type { Scheduler } from '../ports/scheduler.js';

/** How many rooms or doctors are visited before other work gets a turn. */
const STEPS_PER_TURN = 500;

/**
 * Called after each step of a long loop. It returns a promise to wait for when other work should get a turn, and
 * otherwise undefined, so that the loop need not wait at each step.
 */
export type YieldWhenDue = () => Promise<void> | undefined;

export function createYieldWhenDue(scheduler: Pick<Scheduler, 'yield'>): YieldWhenDue {
  let steps = 0;
  return () => {
    steps += 1;
    return steps % STEPS_PER_TURN === 0 ? scheduler.yield() : undefined;
  };
}
