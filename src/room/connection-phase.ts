import type { ConnectionState } from '../client/index.js';

export type ConnectionPhase = 'offline' | 'signed-out' | 'connecting' | 'online' | 'reconnecting';

/** There is no connection, and no attempt to get one. */
function isAtRest(state: ConnectionState): boolean {
  return state.state === 'signed_out' || (state.state === 'offline' && !state.willRetry);
}

/** Whether a connection that is lost now will come back. `before` is the answer for the previous state. */
export function wasOnlineAfter(state: ConnectionState, before: boolean): boolean {
  return state.state === 'online' || (before && state.state !== 'closed' && !isAtRest(state));
}

/** The page's word for a state of the library; null when there is nothing to show any more. */
export function phaseOf(state: ConnectionState, wasOnline: boolean): ConnectionPhase | null {
  if (state.state === 'closed') return null;
  if (state.state === 'online') return 'online';
  if (state.state === 'signed_out') return 'signed-out';
  if (isAtRest(state)) return 'offline';
  return wasOnline ? 'reconnecting' : 'connecting';
}

/** Whether the last attempt to reach the server has failed. The next one changes nothing while it is under way. */
export function isMissedAfter(state: ConnectionState, before: boolean): boolean {
  return isWaiting(state) || (before && state.state === 'connecting');
}

const isWaiting = (state: ConnectionState): boolean => state.state === 'offline' && state.willRetry;
