import type { RecordedEvent, StreamVersion } from '../ports/event-store.js';
import type { News, Peers, PresentPerson } from '../ports/peers.js';

/** Tells the other processes what happens in this one. Messages are numbered, so that a missing one is noticed. */
export interface PeerSender {
  /** Sets whether another process is known to listen. While none is, nothing that happens here is told. */
  setHeard(isHeard: boolean): void;
  /** Called with the events of every append. What is stored in one turn of the event loop is sent together. */
  stored(events: readonly RecordedEvent[]): void;
  /** Called when something may have been stored after these versions, but the store's answer got lost. */
  doubted(streams: readonly StreamVersion[]): void;
  /** Called when the person's first device here has joined, or their last one has left. */
  moved(type: 'arrived' | 'left', person: PresentPerson): void;
  typing(person: PresentPerson, isTyping: boolean): void;
  /** Sends the news even if nobody is known to listen. @returns the number of the message. */
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
    // The answers to one group commit follow each other directly, so all of them come before this callback runs.
    if (unsent.length === 0) void Promise.resolve().then(sendStored);
    unsent.push(...events);
  }

  return {
    setHeard: (areThere) => {
      isHeard = areThere;
    },
    stored: peers.isToldByStore ? () => {} : stored,
    doubted: (streams) => {
      if (isHeard) send({ type: 'moved', streams });
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
