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

/** One event that a client sent, and the one answer to it. A class, because there is one for each message. */
export class ClientRequest implements PendingAnswer {
  dueAt = Number.POSITIVE_INFINITY;
  readonly payload: unknown;
  private readonly acknowledge: Acknowledge | null;
  private isAnswered = false;

  /**
   * @param packet the event's name, as the client wrote it, and all that followed it. Socket.IO makes the
   *   acknowledgement itself and puts it last: a function is never something that a client sent. What stands between
   *   payload and callback is ignored.
   * @param label never what a client made up, so that it can be logged.
   * @param expired called when it has waited too long for its answer.
   */
  constructor(
    private readonly connection: Connection,
    private readonly packet: readonly unknown[],
    readonly label: keyof ClientToServerEvents | 'unknown',
    private readonly expired: (request: ClientRequest) => void,
  ) {
    const last = packet[packet.length - 1];
    this.acknowledge = typeof last === 'function' ? (last as Acknowledge) : null;
    // If the callback is the only argument, it is refused like everything else that is no payload.
    this.payload = packet[1];
  }

  get connectionId(): string {
    return this.connection.socket.id;
  }

  /** What the connection may ask for. */
  get session(): Session {
    return this.connection.session;
  }

  get handshake(): ChatSocket['handshake'] {
    return this.connection.socket.handshake;
  }

  /** The connection's queue: what the connection asked for before may still be in flight. */
  get queue(): SerialQueue {
    return this.connection.queue;
  }

  /** Whether the client waits for an acknowledgement, and so hears of a success at all. */
  get isAwaited(): boolean {
    return this.acknowledge !== null;
  }

  /** The id that a refusal of this message can be told by; null when there is none. */
  get clientMessageId(): string | null {
    const { payload } = this;
    if (typeof payload !== 'object' || payload === null || !('clientMessageId' in payload)) return null;
    const parsed = clientMessageId.safeParse(payload.clientMessageId);
    return parsed.success ? parsed.data : null;
  }

  /** False once it is answered, or the connection is gone: nobody waits for it any more. */
  isOpen(): boolean {
    return !this.isAnswered && this.connection.socket.connected;
  }

  /** Whether the connection has yet to read a good deal of what it was sent before. */
  isBehind(): boolean {
    return isBehind(this.connection.socket);
  }

  expire(): void {
    this.expired(this);
  }

  /**
   * With a callback every answer goes there; without one a refusal becomes an `error` event, and success is silent.
   * The first answer counts.
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

/** Socket.IO lets numbers pass as the name of an event. */
function nameOf(event: unknown): string {
  return String(event).slice(0, MAX_EVENT_NAME_LENGTH);
}
