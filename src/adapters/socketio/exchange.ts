import type { Session } from '../../application/sessions.js';
import type { Ack, ClientToServerEvents, WireError } from '../../protocol/wire.js';
import type { ChatSocket } from './chat-server.js';
import type { Turns } from './turns.js';

/** Characters of an unknown event's name that are told back. */
const MAX_EVENT_NAME_LENGTH = 64;

export type KnownEvent = keyof ClientToServerEvents;

/** One event that a client sent, and the one answer to it. */
export interface Exchange {
  readonly connectionId: string;
  /** Never what a client made up, so that it can be logged. */
  readonly label: KnownEvent | 'unknown';
  readonly payload: unknown;
  /** What the connection may ask for. */
  readonly session: Session;
  readonly handshake: ChatSocket['handshake'];
  /** Of the connection: what it asked for before may still be under way. */
  readonly turns: Turns;
  /** False once it is answered, or the connection is gone: nobody waits for it any more. */
  isOpen(): boolean;
  /**
   * With a callback every answer goes there; without one a refusal becomes an `error` event, and success is silent.
   * The first answer counts.
   */
  answer(content: Ack<object>): void;
}

/**
 * @param parameters all that followed the event's name. Socket.IO makes the acknowledgement itself and puts it last:
 *   a function is never something that a client sent. What stands between payload and callback is ignored.
 */
export function openExchange(
  socket: ChatSocket,
  session: Session,
  turns: Turns,
  event: unknown,
  label: Exchange['label'],
  parameters: readonly unknown[],
): Exchange {
  const last = parameters.at(-1);
  const acknowledge = typeof last === 'function' ? last : null;
  let answered = false;
  return {
    connectionId: socket.id,
    label,
    // Where the callback is all there is, it is refused like everything else that is no payload.
    payload: parameters[0],
    session,
    handshake: socket.handshake,
    turns,
    isOpen: () => !answered && socket.connected,
    answer: (content) => {
      if (answered) return;
      answered = true;
      if (!socket.connected) return;
      if (acknowledge !== null) acknowledge(content);
      else if (!content.ok) socket.emit('error', { ...content.error, event: nameOf(event) });
    },
  };
}

/** Socket.IO lets numbers and nothing at all pass as the name of an event. */
function nameOf(event: unknown): string {
  return String(event).slice(0, MAX_EVENT_NAME_LENGTH);
}

export function refused(error: WireError): Ack<never> {
  return { ok: false, error };
}
