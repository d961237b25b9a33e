import type { Message } from '../protocol/wire.js';
import type { ReadMark } from './read-mark.js';

/** Messages that are loaded, by their `seq`. */
type Loaded = ReadonlyMap<number, Message>;

/** How many messages before `seq` the reader has not seen. */
export function unreadBefore(
  seq: number,
  messages: Loaded,
  { isUnread }: Pick<ReadMark, 'isUnread'>,
): number {
  let count = 0;
  for (const message of messages.values()) if (message.seq < seq && isUnread(message)) count += 1;
  return count;
}

/** The first message after `seq` that the reader has not seen; null if they have seen all of them. */
export function firstUnreadAfter(
  seq: number,
  messages: Loaded,
  { isUnread }: Pick<ReadMark, 'isUnread'>,
): number | null {
  let first: number | null = null;
  for (const message of messages.values())
    if (message.seq > seq && isUnread(message) && (first === null || message.seq < first))
      first = message.seq;
  return first;
}
