import type { Session } from '../../application/sessions/sessions.js';
import type { Ack, ClientToServerEvents } from '../../protocol/wire.js';
import type { PendingAnswer } from './answer-deadlines.js';
import { isBehind } from './backlog-guard.js';
import type { ChatSocket } from './chat-server.js';
import type { Connection } from './connection.js';
import { sendPlain } from './plain-encoder.js';
import type { SerialQueue } from './serial-queue.js';
import { clientMessageId } from './shapes/values.js';

/** Characters of an event's name that an `error` event repeats. */
const MAX_EVENT_NAME_LENGTH = 64;

type Acknowledge = (content: Ack<object>) => void;

/** One event that a client sent, and the one answer to it. This is a class, because each message makes one. */
export class ClientRequest implements PendingAnswer {
  dueAt = Number.POSITIVE_INFINITY;
  readonly payload: unknown;
  private readonly acknowledge: Acknowledge | null;
  private isAnswered = false;

  /**
   * @param packet the event's name, as the client wrote it, and everything that followed it. Socket.IO puts the
   *   acknowledgement last and makes the function itself, so a function never comes from a client. Arguments between
   *   payload and callback are ignored.
   * @param label the event's name if it is one of ours. It is never text that a client made up, so it can be logged.
   * @param expired called when the request has waited too long for its answer.
   */
  constructor(
    private readonly connection: Connection,
    private readonly packet: readonly unknown[],
    readonly label: keyof ClientToServerEvents | 'unknown',
    private readonly expired: (request: ClientRequest) => void,
  ) {
    const last = packet[packet.length - 1];
    this.acknowledge = typeof last === 'function' ? (last as Acknowledge) : null;
    // If the callback is the only argument, it stands in the payload's place, and is refused as an invalid payload.
    this.payload = packet[1];
  }

  get connectionId(): string {
    return this.connection.socket.id;
  }

  /** The session of the connection, which answers the request. */
  get session(): Session {
    return this.connection.session;
  }

  get handshake(): ChatSocket['handshake'] {
    return this.connection.socket.handshake;
  }

  /** The connection's queue. What the connection asked for before may still be in flight. */
  get queue(): SerialQueue {
    return this.connection.queue;
  }

  /** Whether the client waits for an acknowledgement. Without one it never hears of a success. */
  get isAwaited(): boolean {
    return this.acknowledge !== null;
  }

  /** The `clientMessageId` of the payload, which goes into a refusal; null when there is none. */
  get clientMessageId(): string | null {
    const { payload } = this;
    if (typeof payload !== 'object' || payload === null || !('clientMessageId' in payload)) return null;
    const parsed = clientMessageId.safeParse(payload.clientMessageId);
    return parsed.success ? parsed.data : null;
  }

  /** Whether somebody still waits for the answer. False once the request is answered, or its connection is gone. */
  isOpen(): boolean {
    return !this.isAnswered && this.connection.socket.connected;
  }

  /** Whether the connection is so far behind in reading that it gets no page of messages; see `isBehind`. */
  isBehind(): boolean {
    return isBehind(this.connection.socket);
  }

  expire(): void {
    this.expired(this);
  }

  /**
   * Answers the request. With a callback every answer goes there; without one a refusal becomes an `error` event, and
   * a success is silent. Only the first answer counts.
   */
  answer(content: Ack<object>): void {
    if (this.isAnswered) return;
    this.isAnswered = true;
    const { socket } = this.connection;
    if (!socket.connected) return;
    const { acknowledge } = this;
    if (acknowledge !== null) sendPlain(content, acknowledge);
    else if (!content.ok) socket.emit('error', { ...content.error, event: nameOf(this.packet[0]) });
  }
}

/** The event's name as text. Socket.IO lets numbers pass as names. */
function nameOf(event: unknown): string {
  return String(event).slice(0, MAX_EVENT_NAME_LENGTH);
}
