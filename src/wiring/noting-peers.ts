import type { Peers } from '../application/ports/peers.js';

/** Knows whether anybody listens, as the application tells the adapter. */
export interface NotingPeers extends Peers {
  isAlone(): boolean;
}

export function notingListeners(peers: Peers): NotingPeers {
  let areThere = false;
  return {
    processId: peers.processId,
    isToldByStore: peers.isToldByStore,
    isAlone: () => !areThere,
    mayHaveStored: () => peers.mayHaveStored(),
    expectListeners: (expected) => {
      areThere = expected;
      return peers.expectListeners(expected);
    },
    send: (message) => peers.send(message),
    listen: (listener) => peers.listen(listener),
  };
}
