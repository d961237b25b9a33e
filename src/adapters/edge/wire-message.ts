import type { ChatMessage } from '../../application/ports/notification.js';
import { isoOf } from '../../domain/instant.js';
import type { Message } from '../../protocol/wire.js';

type Writable<Type> = { -readonly [Name in keyof Type]: Type[Name] };

/** A message as clients see it, over sockets and over HTTP alike. */
export function toWireMessage(message: ChatMessage): Message {
  const { messageId, consultationId, sender, content, sentAt, patient, doctor, seq, clientMessageId } =
    message;
  const wire: Writable<Message> = {
    messageId,
    consultationId,
    sender,
    content,
    sentAt: isoOf(sentAt),
    user: patient,
    doctor,
    seq,
  };
  if (clientMessageId !== null) wire.clientMessageId = clientMessageId;
  return wire;
}
