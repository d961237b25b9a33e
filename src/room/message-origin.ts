import type { Sender } from '../protocol/wire.js';

/** Where a message was written, and as whom. */
export interface MessageOrigin {
  readonly consultationId: string;
  readonly sender: Sender;
}
