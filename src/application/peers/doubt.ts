import type { ProcessId } from '../ports/peers.js';
import { MAX_PEERS, type Peer, SILENT_TICKS } from './membership.js';

/** For an hour, in ticks, a process that has gone silent may only be cut off. After that it counts as dead. */
const LOST_TICKS = 3_600;

/** Whether this process may be missing news for a long time without noticing it. */
export interface Doubt {
  isThere(): boolean;
  /** A message of this process has come back. */
  heardItself(): void;
  /** The peer has been silent for too long. */
  lost(peer: Peer): void;
  heardAgain(peer: Peer): void;
  tick(): void;
}

export function createDoubt(): Doubt {
  /** For each lost process, the ticks since it was lost. */
  const lostFor = new Map<ProcessId, number>();
  let deafFor = 0;
  return {
    isThere: () => lostFor.size > 0 || deafFor >= SILENT_TICKS,
    heardItself: () => {
      deafFor = 0;
    },
    lost: ({ processId }) => {
      if (lostFor.size < MAX_PEERS) lostFor.set(processId, 0);
    },
    heardAgain: ({ processId }) => void lostFor.delete(processId),
    tick: () => {
      deafFor += 1;
      for (const [processId, ticks] of lostFor) {
        if (ticks < LOST_TICKS) lostFor.set(processId, ticks + 1);
        else lostFor.delete(processId);
      }
    },
  };
}
