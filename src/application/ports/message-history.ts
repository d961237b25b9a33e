import type { Sender } from '../../domain/consultation/events.js';
import type { Instant } from '../../domain/instant.js';

export interface StoredMessage {
  readonly messageId: string;
  readonly consultationId: string;
  readonly seq: number;
  readonly sender: Sender;
  readonly content: string;
  readonly clientMessageId: string | null;
  readonly sentAt: Instant;
}

/**
 * The most bytes of messages in one page. An answer counts them as JSON, as they are sent. The history counts only
 * their contents in UTF-8, which is never more. At 1 Mbit/s a page takes a second and a half.
 */
export const MAX_PAGE_BYTES = 192 * 1024;

/** A page has at least one message if any is left, and ends with the message that fills `MAX_PAGE_BYTES`. */
export interface MessageHistory {
  /** Messages with `seq > after`, oldest first, at most `limit`. */
  after(consultationId: string, after: number, limit: number): Promise<readonly StoredMessage[]>;
  /** The last `limit` messages with `seq < before`, oldest first; of all messages when `before` is null. */
  before(consultationId: string, before: number | null, limit: number): Promise<readonly StoredMessage[]>;
}
