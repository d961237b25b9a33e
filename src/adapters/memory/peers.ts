import type { PeerListener, Peers } from '../../application/ports/peers.js';

/** For a process that has the database to itself. */
export const NO_PEERS: Peers = {
  processId: 'alone',
  isToldByStore: true,
  mayHaveStored: () => false,
  expectListeners: () => Promise.resolve(),
  send: () => {},
  listen: () => {},
};

/** Processes that share a memory log, in one process. */
export interface MemoryPeers {
  /** One more process. */
  join(): Peers;
  /** Every process notices that something may have been missed. */
  miss(): void;
}

/** @param deliver carries something to one process: at once, later, twice or never. */
export function createMemoryPeers(deliver: (arrive: () => void) => void = queueMicrotask): MemoryPeers {
  const listeners = new Map<Peers, PeerListener>();
  let joined = 0;
  return {
    join: () => {
      joined += 1;
      const peers: Peers = {
        processId: `process-${joined}`,
        isToldByStore: false,
        mayHaveStored: () => true,
        expectListeners: () => Promise.resolve(),
        send: (message) => {
          for (const [other, listener] of listeners) {
            if (other !== peers) deliver(() => listener.heard(message));
          }
        },
        listen: (listener) => void listeners.set(peers, listener),
      };
      return peers;
    },
    miss: () => {
      for (const listener of listeners.values()) listener.interrupted();
    },
  };
}
