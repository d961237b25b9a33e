import type { ChatError } from './chat-error.js';

/**
 * - `joining`: waits for the connection or for the answer. An `error` means that the server put the join off, which is
 *   tried again.
 * - `catching_up`: inside, while the missed messages are fetched. `live`: inside and up to date.
 * - `left`: not inside, and not trying to be. `refused`: the server definitely said no. `closed`: for good.
 *
 * ```text
 * left, refused --join--> joining --answer--> catching_up --nothing is missing--> live
 * catching_up, live --connection lost--> joining
 * joining, catching_up --definite refusal--> refused
 * joining, catching_up, live --leave--> left        any --close--> closed
 * ```
 */
export type RoomState =
  | { readonly state: 'joining'; readonly error?: ChatError }
  | { readonly state: 'catching_up' }
  | { readonly state: 'live' }
  | { readonly state: 'left' }
  | { readonly state: 'refused'; readonly error: ChatError }
  | { readonly state: 'closed' };

/** Whether the server counts us among those in the room. */
export function isInside({ state }: RoomState): boolean {
  return state === 'catching_up' || state === 'live';
}

/** Whether we are inside, or trying to be. */
export function isWanted(state: RoomState): boolean {
  return state.state === 'joining' || isInside(state);
}

/** Whether listeners should be told of the next state. An error is always told. */
export function isNews(before: RoomState, next: RoomState): boolean {
  return before.state !== next.state || 'error' in next || 'error' in before;
}
