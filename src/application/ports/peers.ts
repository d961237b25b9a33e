import type { Sender } from '../../domain/consultation/events.js';
import type { RecordedEvent, StreamVersion } from './event-store.js';

/** Names one run of a process. A process that is started again has another id. */
export type ProcessId = string;

/**
 * Carries news between the processes that serve the same chat, on the same database. Delivery is not guaranteed: news
 * may get lost, and an adapter may even repeat, delay or reorder them. No call fails, or waits for other processes.
 */
export interface Peers {
  /** The id of this process. */
  readonly processId: ProcessId;
  /**
   * Whether another process may have stored something that this one has not heard of. If so, the state in memory is
   * enough to allow something, because the append checks it, but never enough to refuse something.
   */
  mayHaveStored(): boolean;
  /** Whether the store itself tells what it stores, with the commit. If not, the process that has appended sends it. */
  readonly isToldByStore: boolean;
  /**
   * Notes whether another process is known to listen. While none is, the store need not tell what it stores. Resolves
   * once everything that is stored from then on is told to the others, even if its append began earlier.
   */
  expectListeners(areThere: boolean): Promise<void>;
  /** Sends the message to all other processes. */
  send(message: PeerMessage): void;
  /** Sets the one listener, which hears every message from now on. */
  listen(listener: PeerListener): void;
}

/** Its methods must not throw. */
export interface PeerListener {
  /** A message has arrived. It may be one that this process has sent itself. */
  heard(message: PeerMessage): void;
  /** The link was cut and is up again. Messages that were sent in between have not been heard. */
  interrupted(): void;
}

export interface PeerMessage {
  readonly from: ProcessId;
  /**
   * Numbers the messages of the process from 1, so that the others notice when one is missing. null if the store tells
   * the news, because none of that is missing as long as the link lasts.
   */
  readonly number: number | null;
  readonly news: News;
}

export type News =
  /** These events have been stored, by one append or several. The events of each stream are in order. */
  | { readonly type: 'stored'; readonly events: readonly RecordedEvent[] }
  /** The streams have reached these versions, by events that are too large to be sent or are not understood here. */
  | { readonly type: 'moved'; readonly streams: readonly StreamVersion[] }
  /** A process has begun to listen, or has missed something. It asks which processes are alive, and who is present. */
  | { readonly type: 'hello' }
  /** Sent every second. `knows` names the processes that the sender tells what it stores. */
  | { readonly type: 'alive'; readonly knows: readonly ProcessId[] }
  /** The process stops, and nobody is present there any more. */
  | { readonly type: 'goodbye' }
  /** A person's first device there has joined, or their last one has left. */
  | { readonly type: 'arrived' | 'left'; readonly person: PresentPerson }
  /** Everybody who is present there, in `parts` parts that follow each other. `part` counts from 1. */
  | {
      readonly type: 'roster';
      readonly part: number;
      readonly parts: number;
      readonly people: readonly PresentPerson[];
    }
  | { readonly type: 'typing'; readonly person: PresentPerson; readonly isTyping: boolean }
  /** News of a newer version, which this one does not understand. */
  | { readonly type: 'unknown' };

export interface PresentPerson {
  readonly consultationId: string;
  readonly userId: string;
  readonly sender: Sender | null;
}
