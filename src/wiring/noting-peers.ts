import type { Peers } from '../application/ports/peers.js';

/** Peers that also know whether anybody listens, because the application tells them so. */
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
