import type { MessageSent } from '../../domain/consultation/events.js';
import { invariant } from '../../domain/invariant.js';
import type { RecordedEvent } from '../ports/event-store.js';
import type { StoredMessage } from '../ports/message-history.js';

/** The message that an event records, as `MessageHistory` would return it. */
export function storedMessageOf(recorded: RecordedEvent): StoredMessage {
  invariant(isMessageSent(recorded), 'a message is recorded as MessageSent');
  const { messageId, consultationId, seq, sender, content, clientMessageId } = recorded.event.data;
  return { messageId, consultationId, seq, sender, content, clientMessageId, sentAt: recorded.occurredAt };
}

function isMessageSent(recorded: RecordedEvent): recorded is RecordedEvent<MessageSent> {
  return recorded.event.type === 'MessageSent';
}
