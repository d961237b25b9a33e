import type { Sender } from '../../domain/consultation/events.js';
import type { RecordedEvent, StreamVersion } from './event-store.js';

/** Names one run of one process: a process that starts again has another. */
export type ProcessId = string;

/**
 * What carries news between the processes that serve the same chat, on the same database. At most once: news may be
 * lost, and an adapter may even double, delay or reorder them. Nothing here waits or fails.
 */
export interface Peers {
  /** This process. */
  readonly processId: ProcessId;
  /**
   * Whether another process may have stored what this one has not heard of. Where that is so, memory may prove that
   * something is allowed, because the append checks it, but never that something is refused.
   */
  mayHaveStored(): boolean;
  /** Whether the store itself tells what it stores, with the commit; otherwise whoever has appended sends it. */
  readonly isToldByStore: boolean;
  /**
   * Notes whether another process is known to listen: a store need not tell while nobody does. Resolves when everything
   * is told that is stored from now on, what is being stored already included.
   */
  expectListeners(areThere: boolean): Promise<void>;
  /** To all others. */
  send(message: PeerMessage): void;
  /** One listener, who hears from now on. */
  listen(listener: PeerListener): void;
}

/** Must not throw. */
export interface PeerListener {
  /** What another process has sent, or this one. */
  heard(message: PeerMessage): void;
  /** The link was cut and is there again: what was sent in between has not been heard. */
  interrupted(): void;
}

export interface PeerMessage {
  readonly from: ProcessId;
  /**
   * Counts what the process has sent, from 1, so that the others notice a hole. null in what the store tells: that has
   * no hole as long as the link lasts.
   */
  readonly number: number | null;
  readonly news: News;
}

export type News =
  /** Has been stored. Of one append or several, each stream's in its order. */
  | { readonly type: 'stored'; readonly events: readonly RecordedEvent[] }
  /** The streams have reached these versions: what was stored is too large to be sent, or not understood here. */
  | { readonly type: 'moved'; readonly streams: readonly StreamVersion[] }
  /** A process has begun to listen, or has missed something: it wants to know who is there, and who is present. */
  | { readonly type: 'hello' }
  /** Every second. `knows` are those whom this process tells what it stores. */
  | { readonly type: 'alive'; readonly knows: readonly ProcessId[] }
  /** The process stops; nobody is present there any more. */
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
