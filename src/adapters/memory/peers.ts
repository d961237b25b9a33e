import type { RecordedEvent } from '../../application/ports/event-store.js';
import type { PeerListener, PeerMessage, Peers, ProcessId } from '../../application/ports/peers.js';

/** For a process that has the database to itself. */
export const NO_PEERS: Peers = {
  processId: 'only',
  mayHaveStored: () => false,
  isToldByStore: true,
  expectListeners: () => Promise.resolve(),
  send: () => {},
  listen: () => {},
};

/** What is on its way from one process to one of them, itself included. */
export interface Delivery {
  readonly message: PeerMessage;
  readonly to: ProcessId;
  /** Each call is one arrival. */
  arrive(): void;
}

/** Processes that share a memory log, in one process. */
export interface MemoryPeers {
  /** One more process. @param isToldByStore where the test calls `storeTells` with what that process has stored. */
  join(isToldByStore?: boolean): Peers;
  /** The store tells everybody what `from` has stored. */
  storeTells(from: ProcessId, events: readonly RecordedEvent[]): void;
  /** The link of that process, or of every one, was cut and is there again. */
  interrupt(processId?: ProcessId): void;
}

/**
 * @param deliver carries something to one process: at once, later, twice, before something else or never. At the next
 *   turn unless told.
 */
export function createMemoryPeers(
  deliver: (delivery: Delivery) => void = ({ arrive }) => queueMicrotask(arrive),
): MemoryPeers {
  const listeners = new Map<ProcessId, PeerListener>();
  let processes = 0;

  function send(message: PeerMessage): void {
    // A copy, as a wire would make one.
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
