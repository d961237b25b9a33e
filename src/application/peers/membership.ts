import type { PeerMessage, ProcessId } from '../ports/peers.js';
import type { RosterReader } from './roster.js';

/** Other processes that are known at a time. */
export const MAX_PEERS = 64;
/** Own ticks without a word after which a process counts as gone. */
export const SILENT_TICKS = 5;
/** Processes that have said goodbye, which are remembered because something may still be on its way from them. */
const MAX_REMEMBERED_GONE = 64;

/** Another process, as it is known here. */
export interface Peer {
  readonly processId: ProcessId;
  /** Of the last message that was heard of it. */
  lastNumber: number;
  /**
   * Ticks of this process since it was heard of, not time: a process that was frozen finds everybody alive when it
   * wakes, although it has heard nothing for long.
   */
  silentTicks: number;
  /** Whether it tells this process what it stores. */
  tellsUs: boolean;
  /** Whether it is told what is stored here. */
  isTold: boolean;
  /** Whether everybody is known who is present there. */
  isRosterKnown: boolean;
  /** The roster that is coming in; null while none is. */
  roster: RosterReader | null;
}

/** The other processes that are alive. */
export interface Membership {
  /**
   * The process that the message is from. One that is heard of for the first time is known from now on; null when it
   * has said goodbye, or when too many are known.
   */
  of(message: PeerMessage): Peer | null;
  /** Whether the process is known still, as this peer. */
  has(peer: Peer): boolean;
  all(): Iterable<Peer>;
  count(): number;
  /** Forgets the peer. @param isForGood it has said goodbye, and is not taken for a new one any more. */
  drop(peer: Peer, isForGood: boolean): void;
  /** A tick of this process has passed. @returns those who have been silent for too long. */
  tick(): readonly Peer[];
}

export interface MembershipDependencies {
  joined(peer: Peer): void;
  /** Called once: there are more than can be known. */
  full(): void;
}

export function createMembership({ joined, full }: MembershipDependencies): Membership {
  const peers = new Map<ProcessId, Peer>();
  const gone = new Set<ProcessId>();
  let isFullTold = false;

  function admit(processId: ProcessId, number: number): Peer | null {
    if (gone.has(processId)) return null;
    if (peers.size >= MAX_PEERS) {
      if (!isFullTold) full();
      isFullTold = true;
      return null;
    }
    const peer: Peer = {
      processId,
      lastNumber: number - 1,
      silentTicks: 0,
      tellsUs: false,
      isTold: false,
      isRosterKnown: false,
      roster: null,
    };
    peers.set(processId, peer);
    joined(peer);
    return peer;
  }

  return {
    of: ({ from, number }) => peers.get(from) ?? admit(from, number ?? 1),
    has: (peer) => peers.get(peer.processId) === peer,
    all: () => peers.values(),
    count: () => peers.size,
    drop: ({ processId }, isForGood) => {
      peers.delete(processId);
      if (!isForGood) return;
      const [oldest] = gone;
      if (gone.size >= MAX_REMEMBERED_GONE && oldest !== undefined) gone.delete(oldest);
      gone.add(processId);
    },
    tick: () => {
      for (const peer of peers.values()) peer.silentTicks += 1;
      return [...peers.values()].filter(({ silentTicks }) => silentTicks >= SILENT_TICKS);
    },
  };
}
