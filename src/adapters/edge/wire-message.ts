import type { ChatMessage } from '../../application/ports/notification.js';
import { createIsoWriter, isoOf } from '../../domain/instant.js';
import type { Message } from '../../protocol/wire.js';

type Writable<Type> = { -readonly [Name in keyof Type]: Type[Name] };

/** A message as clients see it, over sockets and over HTTP alike. */
export function toWireMessage(message: ChatMessage): Message {
  return wireMessage(message, isoOf(message.sentAt));
}

/** The messages of a page. */
export function toWireMessages(messages: readonly ChatMessage[]): Message[] {
  const iso = createIsoWriter();
  return messages.map((message) => wireMessage(message, iso(message.sentAt)));
}

function wireMessage(message: ChatMessage, sentAt: string): Message {
  const { messageId, consultationId, sender, content, patient, doctor, seq, clientMessageId } = message;
  const wire: Writable<Message> = {
    messageId,
    consultationId,
    sender,
    content,
    sentAt,
    user: patient,
    doctor,
    seq,
  };
  if (clientMessageId !== null) wire.clientMessageId = clientMessageId;
  return wire;
}
