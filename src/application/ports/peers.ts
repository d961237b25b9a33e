import type { RecordedEvent } from './event-store.js';

/** The other processes that serve the same chat, on the same database. */
export interface Peers {
  /**
   * Whether another process may have stored what this one has not heard of. Where that is so, memory may prove that
   * something is allowed, because the append checks it, but never that something is refused.
   */
  mayHaveStored(): boolean;
  /**
   * Tells the others what has been stored. Neither waits nor fails: what does not arrive is noticed by them as missed.
   *
   * @param events of one append.
   */
  tell(events: readonly RecordedEvent[]): void;
  /** One listener, who hears of the others from now on. */
  listen(listener: PeerListener): void;
}

export interface PeerListener {
  /** Another process has stored this. It may come late, twice, in any order, or not at all. Must not throw. */
  stored(events: readonly RecordedEvent[]): void;
  /** Something may not have been heard: whoever needs to know reads it. Must not throw. */
  missed(): void;
}
