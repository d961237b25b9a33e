import { invariant } from '../../domain/invariant.js';
import type { SessionState } from './session-state.js';

/** The requests in flight of one connection: a sign-in as somebody else waits for them. */
type InFlight = Pick<SessionState, 'inFlight' | 'whenSettled'>;

export function requestBegins(state: InFlight): void {
  state.inFlight += 1;
}

export function requestEnds(state: InFlight): void {
  invariant(state.inFlight > 0, 'what ends has begun');
  state.inFlight -= 1;
  if (state.inFlight === 0) state.whenSettled?.();
}

/** Resolves when nothing is in flight. Called by one sign-in at a time, for which all later requests wait. */
export async function settled(state: InFlight): Promise<void> {
  invariant(state.whenSettled === null, 'one sign-in at a time');
  while (state.inFlight > 0) {
    await new Promise<void>((resolve) => {
      state.whenSettled = resolve;
    });
    state.whenSettled = null;
  }
}
