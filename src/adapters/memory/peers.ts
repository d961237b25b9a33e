import type { RecordedEvent } from '../../application/ports/event-store.js';
import type { PeerListener, PeerMessage, Peers, ProcessId } from '../../application/ports/peers.js';

/** The peers of a process that has the database to itself. */
export const NO_PEERS: Peers = {
  processId: 'only',
  mayHaveStored: () => false,
  isToldByStore: true,
  expectListeners: () => Promise.resolve(),
  send: () => {},
  listen: () => {},
};

/** Something on its way from one process to another, or to itself. */
export interface Delivery {
  readonly message: PeerMessage;
  readonly to: ProcessId;
  /** Makes it arrive. It arrives once for each call. */
  arrive(): void;
}

/** Processes that share a memory log, within one process. */
export interface MemoryPeers {
  /**
   * Adds a process.
   *
   * @param isToldByStore if true, the test calls `storeTells` with what that process has stored.
   */
  join(isToldByStore?: boolean): Peers;
  /** Tells everybody what `from` has stored, in the store's place. */
  storeTells(from: ProcessId, events: readonly RecordedEvent[]): void;
  /** Reports to that process, or to all of them, that its link was cut and is up again. */
  interrupt(processId?: ProcessId): void;
}

/**
 * @param deliver carries something to one process: at once, later, twice, out of order or never. In the next turn
 *   when left out.
 */
export function createMemoryPeers(
  deliver: (delivery: Delivery) => void = ({ arrive }) => queueMicrotask(arrive),
): MemoryPeers {
  const listeners = new Map<ProcessId, PeerListener>();
  let processes = 0;

  function send(message: PeerMessage): void {
    // A copy, as if it had been sent.
    const sent = structuredClone(message);
    for (const [to, listener] of [...listeners]) {
      deliver({ message: sent, to, arrive: () => listener.heard(sent) });
    }
  }

  return {
    join: (isToldByStore = false) => {
      processes += 1;
      const processId = `process-${processes}`;
      return {
        processId,
        mayHaveStored: () => true,
        isToldByStore,
        expectListeners: () => Promise.resolve(),
        send,
        listen: (listener) => void listeners.set(processId, listener),
      };
    },
    storeTells: (from, events) => send({ from, number: null, news: { type: 'stored', events } }),
    interrupt: (processId) => {
      for (const [each, listener] of listeners) {
        if (processId === undefined || each === processId) listener.interrupted();
      }
    },
  };
}
