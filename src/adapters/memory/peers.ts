import type { Peers } from '../../application/ports/peers.js';

/** For a process that has the database to itself. */
export const NO_PEERS: Peers = { mayHaveStored: () => false };
