import type { Message } from '../protocol/wire.js';
import type { ReadMark } from './read-mark.js';

/** What the reader has not seen of the messages that are loaded, and where that is said to begin. */
export interface UnreadMessages {
  /** The first message that came while the reader was away; null where there is none. */
  readonly newFromSeq: number | null;
  /** How many of them come before `seq`. */
  countBefore(seq: number): number;
  /** What is unread now counts as new. */
  begin(): void;
  /** Somebody has read up to `seq` elsewhere. */
  readElsewhere(seq: number): void;
  /** A message has come while the room is open. */
  arrived(message: Message): void;
  /** The reader looks away, or back. @param lastSeq of the conversation; null where it has no message. */
  lookedAway(isAway: boolean, lastSeq: number | null): void;
  clear(): void;
}

/** @param messages that are loaded, by their `seq`. */
export function createUnreadMessages(
  messages: ReadonlyMap<number, Message>,
  mark: Pick<ReadMark, 'seq' | 'isUnread'>,
): UnreadMessages {
  let newFromSeq: number | null = null;
  /** The last `seq` when the reader looked away; null while they look. */
  let leftAtSeq: number | null = null;

  function firstAfter(seq: number): number | null {
    let first: number | null = null;
    for (const message of messages.values())
      if (message.seq > seq && mark.isUnread(message) && (first === null || message.seq < first))
        first = message.seq;
    return first;
  }

  return {
    get newFromSeq() {
      return newFromSeq;
    },
    countBefore(seq) {
      let count = 0;
      for (const message of messages.values()) if (message.seq < seq && mark.isUnread(message)) count += 1;
      return count;
    },
    begin() {
      newFromSeq = firstAfter(mark.seq);
    },
    readElsewhere(seq) {
      if (newFromSeq !== null && newFromSeq <= seq) newFromSeq = firstAfter(seq);
    },
    arrived(message) {
      if (mark.isUnread(message) && leftAtSeq !== null) newFromSeq ??= message.seq;
    },
    lookedAway(isAway, lastSeq) {
      if (isAway) leftAtSeq ??= lastSeq;
      else if (leftAtSeq !== null) {
        newFromSeq = firstAfter(Math.max(leftAtSeq, mark.seq)) ?? newFromSeq;
        leftAtSeq = null;
      }
    },
    clear() {
      newFromSeq = null;
    },
  };
}
