import type { PeerListener, Peers } from '../../application/ports/peers.js';

/** For a process that has the database to itself. */
export const NO_PEERS: Peers = { mayHaveStored: () => false, tell: () => {}, listen: () => {} };

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
  return {
    join: () => {
      const peers: Peers = {
        mayHaveStored: () => true,
        tell: (events) => {
          for (const [other, listener] of listeners) {
            if (other !== peers) deliver(() => listener.stored(events));
          }
        },
        listen: (listener) => void listeners.set(peers, listener),
      };
      return peers;
    },
    miss: () => {
      for (const listener of listeners.values()) listener.missed();
    },
  };
}
