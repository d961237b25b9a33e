import { type Refusal, refuse } from '../../application/answers/refusal.js';
import type { Logger } from '../../application/ports/logger.js';
import type { Metrics } from '../../application/ports/metrics.js';
import type { Session, Sessions } from '../../application/sessions/sessions.js';
import type { Ack } from '../../protocol/wire.js';
import { createAnswerDeadlines } from './answer-deadlines.js';
import { type BacklogLimits, guardBacklogs } from './backlog-guard.js';
import type { ChatServer, ChatSocket } from './chat-server.js';
import { Connection } from './connection.js';
import type { ConnectionLimits } from './connection-limits.js';
import { Exchange, type KnownEvent, refused } from './exchange.js';
import { closeUnused, createHandshake } from './handshake.js';
import { cutOff } from './packet-guard.js';
import { createRequestHandlers, type RequestHandler } from './request-handlers.js';
import { clientMessageIdOf } from './requests.js';
import { CLIENT_EVENTS } from './schemas/events.js';
import { createUnderWay } from './under-way.js';
import { serverError } from './wire-error.js';
import { createWriteCoalescing } from './write-coalescing.js';

/** Within this time every request is answered, with `server.error` if need be: clients are promised 5 s. */
export const ANSWER_DEADLINE_MS = 4_500;
/** How long closing waits for requests that are under way. */
export const DRAIN_LIMIT_MS = 1_000;
/** Requests of one connection that may be under way at the same time. */
export const MAX_UNDER_WAY_PER_CONNECTION = 1_000;
/** Requests of all connections that may be under way at the same time. */
export const MAX_UNDER_WAY = 20_000;
const RETRY_AFTER_BUSY_MS = 1_000;
const RETRY_AFTER_CLOSING_MS = 1_000;

export interface SocketIoTransportDependencies {
  readonly io: ChatServer;
  readonly sessions: Sessions;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** How often somebody may try to be let in. As often as they like when left out. */
  readonly connectionLimits?: Pick<ConnectionLimits, 'atConnect'> | undefined;
  /** In ms; `ANSWER_DEADLINE_MS` unless told. */
  readonly answerDeadlineMs?: number;
  /** In ms; `DRAIN_LIMIT_MS` unless told. */
  readonly drainLimitMs?: number;
  /** What may wait for readers; `BACKLOG_LIMITS` unless told. */
  readonly backlogLimits?: Partial<BacklogLimits>;
}

export interface SocketIoTransport {
  /**
   * Refuses new requests, waits for those under way within a limit, then closes every connection so that clients come
   * back by themselves. The HTTP server stays open: whoever opened it closes it.
   */
  close(): Promise<void>;
}

/** Hands what connections ask for to the application, and its answers back. */
export function attachSocketIoTransport(dependencies: SocketIoTransportDependencies): SocketIoTransport {
  const { io, sessions, logger, metrics, connectionLimits, drainLimitMs = DRAIN_LIMIT_MS } = dependencies;
  const handlers = createRequestHandlers({ logger });
  const deadlines = createAnswerDeadlines(dependencies.answerDeadlineMs ?? ANSWER_DEADLINE_MS);
  const underWay = createUnderWay();
  const writes = createWriteCoalescing();
  const requestHandlers: Readonly<Record<KnownEvent | 'unknown', RequestHandler<object>>> = {
    authenticate: handlers.authenticate,
    join_consultation: handlers.join,
    leave_consultation: handlers.leave,
    send_message: handlers.send,
    get_messages: handlers.getMessages,
    mark_read: handlers.markRead,
    typing: handlers.typing,
    unknown: handlers.unknown,
  };
  let closing = false;

  /** Why the request is not even looked at; null when it is. */
  function refusalAtTheDoor(connection: Connection): Refusal | null {
    if (closing) return refuse('server.overloaded', { retryAfterMs: RETRY_AFTER_CLOSING_MS });
    const busy = { retryAfterMs: RETRY_AFTER_BUSY_MS };
    if (connection.underWay >= MAX_UNDER_WAY_PER_CONNECTION) return refuse('rate.limited', busy);
    if (underWay.count() >= MAX_UNDER_WAY) return refuse('server.overloaded', busy);
    return null;
  }

  async function perform(
    connection: Connection,
    exchange: Exchange,
    handler: RequestHandler<object>,
  ): Promise<void> {
    const refusal = refusalAtTheDoor(connection);
    if (refusal !== null) {
      metrics.count('requests_refused_busy_total');
      answer(connection, exchange, handlers.refuse(exchange, refusal));
      return;
    }
    deadlines.start(exchange);
    underWay.began();
    connection.underWay += 1;
    try {
      answer(connection, exchange, await handler(exchange));
    } catch (error) {
      logger.error('request.failed', error, labelsOf(exchange));
      answerFailure(exchange);
    } finally {
      deadlines.settle(exchange);
      underWay.ended();
      connection.underWay -= 1;
    }
  }

  /** Who goes on asking for what no rate holds is told so many times, and then cut: each time costs about as much as doing it. */
  function answer(connection: Connection, exchange: Exchange, content: Ack<object>): void {
    exchange.answer(content);
    const { data } = connection.socket;
    const length = data.largeRequestLength ?? 0;
    if (length > 0) data.largeRequestLength = 0;
    if (isRated(exchange, content, length) || connection.mayAskUnrated(length)) return;
    const { conn, connected, id: connectionId } = connection.socket;
    if (!connected) return;
    logger.warn('connection.flood', { connectionId });
    metrics.count('connections_cut_flood_total');
    cutOff(conn);
  }

  function timedOut(exchange: Exchange): void {
    metrics.count('requests_timed_out_total');
    logger.warn('request.timed_out', labelsOf(exchange));
    answerFailure(exchange);
  }

  function serve(socket: ChatSocket): void {
    const session = openSession(socket);
    if (session === null) return;
    writes.of(socket.conn);
    // All that the functions below hold on to, for as long as the connection lives.
    const connection = new Connection(socket, session);
    // A middleware for all events instead of a listener for each, which costs every connection its own memory: what is
    // taken here goes no further way through Socket.IO. A host application's own listeners are served as ever; its
    // middleware only where it is there before this one, from `io.use`.
    socket.use((packet, next) => {
      const [event] = packet;
      const isListened = isListenedTo(connection.socket, event);
      if (isListened) next();
      const label = isKnown(event) ? event : 'unknown';
      if (label === 'unknown' && isListened) return;
      const exchange = new Exchange(connection, packet, label, timedOut);
      void perform(connection, exchange, requestHandlers[label]);
    });
    socket.on('disconnect', (reason) => left(connection, reason));
    logger.debug('connection.opened', { connectionId: socket.id });
  }

  function left({ socket, session }: Connection, reason: string): void {
    const connectionId = socket.id;
    logger.debug('connection.closed', { connectionId, reason });
    closeUnused(socket);
    try {
      session.close();
    } catch (error) {
      logger.error('connection.close_failed', error, { connectionId });
    }
  }

  /** null for one that had to be closed again. */
  function openSession(socket: ChatSocket): Session | null {
    const { identity = null } = socket.data;
    // Who it is by now, only the session knows.
    socket.data.identity = null;
    try {
      return sessions.open(socket.id, identity);
    } catch (error) {
      logger.error('connection.open_failed', error, { connectionId: socket.id });
      socket.disconnect(true);
      return null;
    }
  }

  metrics.gauge('requests_under_way', underWay.count);
  metrics.gauge('connections', () => io.sockets.sockets.size);
  const backlogs = guardBacklogs({ io, logger, metrics, limits: dependencies.backlogLimits });
  io.use(createHandshake({ sessions, logger, deadlines, connectionLimits }));
  io.on('connection', serve);
  return {
    close: async () => {
      closing = true;
      await underWay.settled(drainLimitMs);
      backlogs.stop();
      writes.writeNow();
      if (io.httpServer !== undefined) await io.close();
    },
  };
}

function isKnown(event: unknown): event is KnownEvent {
  return typeof event === 'string' && Object.hasOwn(CLIENT_EVENTS, event);
}

/**
 * Whether a rate has counted it, which refuses when it is too often, and that is enough. A leave has none, nor has who is
 * nobody yet; and of what is not valid, as many as the rate lets pass would be too many where they are large.
 */
function isRated({ label }: Exchange, content: Ack<object>, largeLength: number): boolean {
  if (content.ok) return label !== 'leave_consultation';
  const { code } = content.error;
  return (
    code !== 'rate.limited' && code !== 'auth.required' && (code !== 'request.invalid' || largeLength === 0)
  );
}

/** A host application may listen to events of its own. Socket.IO itself listens to `error` on every socket. */
function isListenedTo(socket: ChatSocket, event: unknown): boolean {
  return typeof event === 'string' && event !== 'error' && socket.listenerCount(event) > 0;
}

/** For the log. */
function labelsOf({ label, connectionId }: Exchange): { request: string; connectionId: string } {
  return { request: label, connectionId };
}

function answerFailure(exchange: Exchange): void {
  exchange.answer(refused(serverError(clientMessageIdOf(exchange.payload))));
}
