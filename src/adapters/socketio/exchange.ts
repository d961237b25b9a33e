import type { Ack, WireError } from '../../protocol/wire.js';
import type { ChatSocket } from './chat-server.js';

/** Characters of an unknown event's name that are told back. */
const MAX_EVENT_NAME_LENGTH = 64;

/** One event that a client sent, and the way back to it. */
export interface Exchange {
  readonly socket: ChatSocket;
  readonly event: string;
  readonly payload: unknown;
  readonly acknowledge: ((answer: Ack<object>) => void) | null;
}

/**
 * @param parameters all that followed the event's name. Socket.IO puts the acknowledgement last and makes it itself,
 *   so a function is never something that the client sent; what stands between payload and callback is ignored.
 */
export function openExchange(socket: ChatSocket, event: unknown, parameters: readonly unknown[]): Exchange {
  const last = parameters.at(-1);
  const acknowledge = typeof last === 'function' ? (answer: Ack<object>): void => last(answer) : null;
  const payload = acknowledge !== null && parameters.length === 1 ? undefined : parameters[0];
  return { socket, event: nameOf(event), payload, acknowledge };
}

function nameOf(event: unknown): string {
  return typeof event === 'string' ? event.slice(0, MAX_EVENT_NAME_LENGTH) : String(typeof event);
}

/** With a callback every answer goes there; without one a refusal becomes an `error` event, and success is silent. */
export function answer(exchange: Exchange, content: Ack<object>): void {
  const { acknowledge, socket } = exchange;
  if (acknowledge !== null) acknowledge(content);
  else if (!content.ok && socket.connected) socket.emit('error', { ...content.error, event: exchange.event });
}

export function refused(error: WireError): Ack<never> {
  return { ok: false, error };
}
