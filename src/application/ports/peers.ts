import type { Sender } from '../../domain/consultation/events.js';
import type { RecordedEvent, StreamVersion } from './event-store.js';

/** Names one run of one process. A process that is started again has another one. */
export type ProcessId = string;

/**
 * Carries news between the processes that serve the same chat on the same database. Delivery is at most once: news
 * may be lost, and an adapter may even duplicate, delay or reorder them. Nothing here waits or fails.
 */
export interface Peers {
  /** This process. */
  readonly processId: ProcessId;
  /**
   * Whether another process may have stored something that this one has not heard of. If so, memory may show that
   * something is allowed, because the append checks it, but never that something is refused.
   */
  mayHaveStored(): boolean;
  /** Whether the store itself tells what it stores, with the commit. If not, the process that has appended sends it. */
  readonly isToldByStore: boolean;
  /**
   * Notes whether another process is known to listen. A store need not tell while nobody does. Resolves when
   * everything that is stored from now on is told, including appends that are under way now.
   */
  expectListeners(areThere: boolean): Promise<void>;
  /** Sends to all other processes. */
  send(message: PeerMessage): void;
  /** Sets the one listener, who hears everything from now on. */
  listen(listener: PeerListener): void;
}

/** Listeners must not throw. */
export interface PeerListener {
  /** Called with what another process has sent, or this one. */
  heard(message: PeerMessage): void;
  /** Called when the link was cut and is up again. What was sent in between has not been heard. */
  interrupted(): void;
}

export interface PeerMessage {
  readonly from: ProcessId;
  /**
   * Counts the messages that the process has sent, from 1, so that the others notice a missing one. null in what the
   * store tells: there, nothing is missing as long as the link is up.
   */
  readonly number: number | null;
  readonly news: News;
}

export type News =
  /** These events have been stored, by one append or several; each stream's are in order. */
  | { readonly type: 'stored'; readonly events: readonly RecordedEvent[] }
  /** The streams have reached these versions. The events themselves are too large to be sent, or not understood here. */
  | { readonly type: 'moved'; readonly streams: readonly StreamVersion[] }
  /**
   * A process has begun to listen, or has missed something. It wants to know which processes live, and who is
   * present.
   */
  | { readonly type: 'hello' }
  /** Sent every second. `knows` lists the processes that this process tells what it stores. */
  | { readonly type: 'alive'; readonly knows: readonly ProcessId[] }
  /** The process stops. Nobody is present there any more. */
  | { readonly type: 'goodbye' }
  /** A person's first device there has joined, or the last one has left. */
  | { readonly type: 'arrived' | 'left'; readonly person: PresentPerson }
  /** Everybody who is present there, in `parts` parts that follow each other, counted from 1. */
  | {
      readonly type: 'roster';
      readonly part: number;
      readonly parts: number;
      readonly people: readonly PresentPerson[];
    }
  | { readonly type: 'typing'; readonly person: PresentPerson; readonly isTyping: boolean };

export interface PresentPerson {
  readonly consultationId: string;
  readonly userId: string;
  readonly sender: Sender | null;
}
