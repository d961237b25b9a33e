import { invariant } from '../../domain/invariant.js';
import type { SessionState } from './session-state.js';

/** How many requests of a connection are in flight. A sign-in as somebody else waits for these. */
type InFlight = Pick<SessionState, 'inFlight' | 'whenSettled'>;

export function requestBegins(state: InFlight): void {
  state.inFlight += 1;
}

export function requestEnds(state: InFlight): void {
  invariant(state.inFlight > 0, 'what ends has begun');
  state.inFlight -= 1;
  if (state.inFlight === 0) state.whenSettled?.();
}

/**
 * Resolves when nothing is in flight. Only one sign-in calls it at a time, and all later requests wait for that
 * sign-in.
 */
export async function settled(state: InFlight): Promise<void> {
  invariant(state.whenSettled === null, 'one sign-in at a time');
  while (state.inFlight > 0) {
    await new Promise<void>((resolve) => {
      state.whenSettled = resolve;
    });
    state.whenSettled = null;
  }
}
