import { MAX_PAGE_BYTES } from '../ports/message-history.js';
import type { ChatMessage } from '../ports/notification.js';

/** The bytes of a message besides its texts: names of properties, punctuation, the instant and the number. */
const FRAME_BYTES = 220;
/** The most bytes that one UTF-16 unit has in JSON: a control character becomes `\uXXXX`. */
const MAX_BYTES_OF_UNIT = 6;

/**
 * As many of the messages as fit into one answer, at least one. All of them are of one consultation, so of the same
 * people.
 *
 * @param from the end of the list from which messages are taken.
 */
export function withinBudget(
  messages: readonly ChatMessage[],
  from: 'first' | 'last',
): readonly ChatMessage[] {
  const [any] = messages;
  if (any === undefined || isSurelyWithin(messages)) return messages;
  const ofPeople = bytesOfPeople(any);
  let bytes = 0;
  let count = 0;
  while (count < messages.length) {
    const message = messages[from === 'first' ? count : messages.length - 1 - count];
    bytes += message === undefined ? 0 : sentBytes(message) + ofPeople;
    if (bytes > MAX_PAGE_BYTES && count > 0) break;
    count += 1;
  }
  return from === 'first' ? messages.slice(0, count) : messages.slice(messages.length - count);
}

/** Whether the messages fit even if every unit took `MAX_BYTES_OF_UNIT`. Short messages need no exact count. */
function isSurelyWithin(messages: readonly ChatMessage[]): boolean {
  let units = 0;
  for (const message of messages) units += unitsOf(message);
  return messages.length * FRAME_BYTES + units * MAX_BYTES_OF_UNIT <= MAX_PAGE_BYTES;
}

/**
 * The UTF-16 units of all texts of a message. They are added member by member, because this runs for each message of
 * each page.
 */
function unitsOf({
  messageId,
  consultationId,
  content,
  clientMessageId,
  patient,
  doctor,
}: ChatMessage): number {
  const ids = messageId.length + consultationId.length + (clientMessageId?.length ?? 0);
  const people = patient.id.length + patient.name.length + doctor.id.length + doctor.name.length;
  return ids + people + content.length;
}

/** The bytes of a message as it is sent. Ids have one byte for each character. */
function sentBytes({ messageId, consultationId, content, clientMessageId }: ChatMessage): number {
  const ids = messageId.length + consultationId.length;
  return FRAME_BYTES + ids + jsonBytes(content) + jsonBytes(clientMessageId ?? '');
}

function bytesOfPeople({ patient, doctor }: ChatMessage): number {
  return [patient.id, patient.name, doctor.id, doctor.name].reduce(
    (bytes, text) => bytes + jsonBytes(text),
    0,
  );
}

/** Text that stands in JSON as it is, with one byte for each character. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7f]*$/;

/** The bytes of the text in JSON and UTF-8, without the quotes around it. */
export function jsonBytes(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) bytes += bytesOfUnit(text.charCodeAt(index));
  return bytes;
}

function bytesOfUnit(unit: number): number {
  if (unit < 0x20) return isShortEscape(unit) ? 2 : MAX_BYTES_OF_UNIT;
  if (unit === 0x22 || unit === 0x5c) return 2;
  if (unit < 0x80) return 1;
  if (unit < 0x800) return 2;
  // One half of a surrogate pair, which has four bytes. Texts are well-formed, so the other half follows.
  return unit >= 0xd800 && unit <= 0xdfff ? 2 : 3;
}

/**
 * Whether the unit is `\b`, `\t`, `
 * `, `\f` or `\r`.
 */
function isShortEscape(unit: number): boolean {
  return unit >= 0x08 && unit <= 0x0d && unit !== 0x0b;
}
