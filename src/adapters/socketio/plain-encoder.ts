import { Encoder, type Packet } from 'socket.io-parser';
import type { Ack } from '../../protocol/wire.js';

let plain: object | null = null;

/**
 * Runs `send`, which sends `payload`, and tells the encoder that the payload holds no binary data. Before Socket.IO
 * writes a packet, it looks through all of its objects for such data. For a page of messages, this takes a quarter of
 * the time that writing it takes.
 */
export function sendPlain<Payload extends object>(
  payload: Payload,
  send: (payload: Payload) => unknown,
): void {
  plain = payload;
  try {
    send(payload);
  } finally {
    plain = null;
  }
}

/**
 * Socket.IO's encoder, except that it does not search the payload of `sendPlain` for binary data. It searches all other
 * payloads, such as those of a host application.
 */
export class PlainEncoder extends Encoder {
  override encode(packet: Packet): ReturnType<Encoder['encode']> {
    const { data } = packet;
    const isPlain = plain !== null && Array.isArray(data) && data[data.length - 1] === plain;
    return isPlain ? [textOf(packet)] : super.encode(packet);
  }
}

/** The texts of pages of messages that were written before, because several people may be given the same page. */
const pageTexts = new WeakMap<readonly unknown[], string>();

function textOf({ type, nsp, id, data }: Packet): string {
  const namespace = nsp === '/' ? '' : `${nsp},`;
  // An answer is alone. An event has its name before it.
  const text = data.length === 1 ? `[${textOfAnswer(data[0])}]` : JSON.stringify(data);
  return `${type}${namespace}${id ?? ''}${text}`;
}

/** The answer as JSON. Its page of messages, if it has one, is written once for everybody who gets that page. */
function textOfAnswer(answer: Ack<{ readonly messages?: readonly unknown[] }>): string {
  if (!answer.ok || answer.messages === undefined || answer.messages.length === 0)
    return JSON.stringify(answer);
  const { messages, ...others } = answer;
  return `${JSON.stringify(others).slice(0, -1)},"messages":${textOfPage(messages)}}`;
}

function textOfPage(page: readonly unknown[]): string {
  const known = pageTexts.get(page);
  if (known !== undefined) return known;
  const text = JSON.stringify(page);
  pageTexts.set(page, text);
  return text;
}
