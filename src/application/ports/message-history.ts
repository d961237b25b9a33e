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

export interface MessageHistory {
  /** Messages with `seq > after`, oldest first, at most `limit`. */
  after(consultationId: string, after: number, limit: number): Promise<readonly StoredMessage[]>;
  /** The last `limit` messages with `seq < before`, oldest first; of all messages when `before` is null. */
  before(consultationId: string, before: number | null, limit: number): Promise<readonly StoredMessage[]>;
}
