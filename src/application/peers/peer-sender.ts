import type { RecordedEvent, StreamVersion } from '../ports/event-store.js';
import type { News, Peers, PresentPerson } from '../ports/peers.js';

/** Tells the other processes what happens in this one, and counts what it tells, so that they notice a hole. */
export interface PeerSender {
  /** Whether another process is known to listen: what happens here is told to nobody else. */
  setHeard(isHeard: boolean): void;
  /** Called with every append. What is stored in the same turn goes together. */
  stored(events: readonly RecordedEvent[]): void;
  /** Something may have been stored behind these versions, and its answer was lost. */
  doubted(streams: readonly StreamVersion[]): void;
  /** The person's first device here has joined, or the last one has left. */
  moved(type: 'arrived' | 'left', person: PresentPerson): void;
  typing(person: PresentPerson, isTyping: boolean): void;
  /** Sends whether or not anybody listens. @returns the number of the message. */
  send(news: News): number;
}

export function createPeerSender(peers: Peers): PeerSender {
  let isHeard = false;
  let number = 0;
  let unsent: RecordedEvent[] = [];

  function send(news: News): number {
    if (unsent.length > 0) sendStored();
    number += 1;
    peers.send({ from: peers.processId, number, news });
    return number;
  }

  function sendStored(): void {
    const events = unsent;
    if (events.length === 0) return;
    unsent = [];
    if (isHeard) send({ type: 'stored', events });
  }

  function stored(events: readonly RecordedEvent[]): void {
    if (!isHeard) return;
    // The answers to a group commit come one after the other, before anything that is begun now.
    if (unsent.length === 0) void Promise.resolve().then(sendStored);
    unsent.push(...events);
  }

  return {
    setHeard: (areThere) => {
      isHeard = areThere;
    },
    stored: peers.isToldByStore ? () => {} : stored,
    doubted: (streams) => {
      if (isHeard && !peers.isToldByStore) send({ type: 'moved', streams });
    },
    moved: (type, { consultationId, userId, sender }) => {
      if (isHeard) send({ type, person: { consultationId, userId, sender } });
    },
    typing: ({ consultationId, userId, sender }, isTyping) => {
      if (isHeard) send({ type: 'typing', person: { consultationId, userId, sender }, isTyping });
    },
    send,
  };
}
