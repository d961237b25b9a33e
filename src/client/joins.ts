import { type ChatError, closedError } from './chat-error.js';
import { createDeferred, type Deferred } from './deferred.js';
import type { Joined } from './room.js';
import { isInside, type RoomState } from './room-state.js';

/** The promises of `join()`. All who wait to be inside share one promise. */
export interface Joins {
  wait(state: RoomState): Promise<Joined>;
  joined(joined: Joined): void;
  stateChanged(state: RoomState): void;
}

export function createJoins(): Joins {
  let last: Joined | null = null;
  let waiting: Deferred<Joined> | null = null;

  function fail(error: ChatError): void {
    waiting?.reject(error);
    waiting = null;
  }

  return {
    wait: (state) => {
      if (state.state === 'closed') return Promise.reject(closedError());
      if (isInside(state) && last !== null) return Promise.resolve(last);
      waiting ??= createDeferred();
      return waiting.promise;
    },
    joined: (joined) => {
      last = joined;
      waiting?.resolve(joined);
      waiting = null;
    },
    stateChanged: (state) => {
      if (state.state === 'refused') fail(state.error);
      if (state.state === 'left' || state.state === 'closed') fail(closedError());
    },
  };
}
