import type { PeerMessage, ProcessId } from '../ports/peers.js';
import type { RosterReader } from './roster.js';

/** How many other processes can be known at a time. */
export const MAX_PEERS = 64;
/** After this many ticks of this process without a word from another one, that one counts as gone. */
export const SILENT_TICKS = 5;
/** How many processes are remembered after their goodbye, because something may still be on its way from them. */
const MAX_REMEMBERED_GONE = 64;

/** Another process, as it is known here. */
export interface Peer {
  readonly processId: ProcessId;
  /** The number of the last message that was heard from it. */
  lastNumber: number;
  /**
   * How many ticks of this process have passed since the other one was heard. Ticks are counted, and not time, so that
   * a process which was frozen finds everybody alive when it wakes, although it has heard nothing for long.
   */
  silentTicks: number;
  /** Whether it tells this process what it stores. */
  tellsUs: boolean;
  /** Whether it is told what is stored here. */
  isTold: boolean;
  /** Whether it is known who is present there, without anybody missing. */
  isRosterKnown: boolean;
  /** The roster that is coming in; null while none is. */
  roster: RosterReader | null;
}

/** The other processes that are alive. */
export interface Membership {
  /**
   * Finds the process that the message is from. A process that is heard for the first time is known from then on. null
   * if it has said goodbye, or if too many are known.
   */
  of(message: PeerMessage): Peer | null;
  /** Whether the process is still known as this peer. */
  has(peer: Peer): boolean;
  all(): Iterable<Peer>;
  count(): number;
  /** Forgets the peer. @param isForGood whether it has said goodbye, so that late messages do not admit it again. */
  drop(peer: Peer, isForGood: boolean): void;
  /** Called at every tick of this process. @returns the peers that have been silent for too long. */
  tick(): readonly Peer[];
}

export interface MembershipDependencies {
  joined(peer: Peer): void;
  /** Called once, when there are more processes than can be known. */
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
