import type { ChatMessage } from '../../application/ports/notification.js';
import { createIsoWriter, isoOf } from '../../domain/instant.js';
import type { Message } from '../../protocol/wire.js';

type Writable<Type> = { -readonly [Name in keyof Type]: Type[Name] };

/** A message as clients see it, over sockets and over HTTP alike. */
export function toWireMessage(message: ChatMessage): Message {
  return wireMessage(message, isoOf(message.sentAt));
}

/** Pages that were asked for before, because several people may be given the same page. */
const wirePages = new WeakMap<readonly ChatMessage[], readonly Message[]>();

/** The messages of a page. The same page always gives the same array, which nobody may change. */
export function toWireMessages(messages: readonly ChatMessage[]): readonly Message[] {
  if (messages.length === 0) return [];
  const known = wirePages.get(messages);
  if (known !== undefined) return known;
  const iso = createIsoWriter();
  const page = messages.map((message) => wireMessage(message, iso(message.sentAt)));
  wirePages.set(messages, page);
  return page;
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
