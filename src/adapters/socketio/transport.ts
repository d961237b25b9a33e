import type { Logger } from '../../application/ports/logger.js';
import type { Metrics } from '../../application/ports/metrics.js';
import type { Session, Sessions } from '../../application/sessions/sessions.js';
import { createAnswerDeadlines } from './answer-deadlines.js';
import { type BacklogLimits, guardBacklogs } from './backlog-guard.js';
import type { ChatServer, ChatSocket } from './chat-server.js';
import { Connection } from './connection.js';
import type { ConnectionLimits } from './connection-limits.js';
import { isKnownEvent } from './events/client-events.js';
import { closeUnused, createHandshake } from './handshake.js';
import { createRequestHandler } from './request-handler.js';
import { sendAway } from './send-away.js';
import { createWriteCoalescing } from './write-coalescing.js';

/**
 * Every request is answered within this time, in ms, with `server.error` if need be. Clients are promised an answer
 * within 5 s.
 */
export const ANSWER_DEADLINE_MS = 4_500;
/** How long closing waits for requests in flight, in ms. */
export const DRAIN_LIMIT_MS = 1_000;

export interface SocketIoTransportDependencies {
  readonly io: ChatServer;
  readonly sessions: Sessions;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Limits how often a client may ask to be let in. When left out, nothing limits it. */
  readonly connectionLimits?: Pick<ConnectionLimits, 'atConnect'> | undefined;
  /** In ms; `ANSWER_DEADLINE_MS` when left out. */
  readonly answerDeadlineMs?: number;
  /** In ms; `DRAIN_LIMIT_MS` when left out. */
  readonly drainLimitMs?: number;
  /** How much may wait for readers; `BACKLOG_LIMITS` when left out. */
  readonly backlogLimits?: Partial<BacklogLimits>;
}

export interface SocketIoTransport {
  /**
   * Closes the connections evenly over `overMs`, and goes on serving meanwhile; see `sendAway`. Resolves when nobody
   * is connected any more, when the time is over, or at the signal.
   */
  drain(overMs: number, signal: AbortSignal): Promise<void>;
  /**
   * Refuses new requests, waits for those in flight within `drainLimitMs`, then closes every connection in a way that
   * makes clients reconnect by themselves. The HTTP server stays open, for whoever opened it to close.
   */
  close(): Promise<void>;
}

/** Passes the requests of connections to the application, and its answers back to the clients. */
export function attachSocketIoTransport(dependencies: SocketIoTransportDependencies): SocketIoTransport {
  const { io, sessions, logger, metrics, connectionLimits, drainLimitMs = DRAIN_LIMIT_MS } = dependencies;
  const deadlines = createAnswerDeadlines(dependencies.answerDeadlineMs ?? ANSWER_DEADLINE_MS);
  const requests = createRequestHandler({ deadlines, logger, metrics });
  const writes = createWriteCoalescing();
  const connections = new Set<Connection>();

  function serve(socket: ChatSocket): void {
    const session = openSession(socket);
    if (session === null) return;
    writes.of(socket.conn);
    // Until the connection ends, the functions below hold on to this one object, and to nothing else.
    const connection = new Connection(socket, session);
    connections.add(connection);
    // One middleware handles all events, because a listener for each would cost every connection memory. An event
    // that is taken here goes no further through Socket.IO. A host application's own listeners are called as usual;
    // its middleware is called only if `io.use` registered it before this one.
    socket.use((packet, next) => {
      const [event] = packet;
      const isListened = isListenedTo(connection.socket, event);
      if (isListened) next();
      if (isListened && !isKnownEvent(event)) return;
      void requests.handle(connection, packet);
    });
    socket.on('disconnect', (reason) => left(connection, reason));
    logger.debug('connection.opened', { connectionId: socket.id });
  }

  /** Opens the session of a connection; null if the connection had to be closed again. */
  function openSession(socket: ChatSocket): Session | null {
    const { identity = null } = socket.data;
    // From here on only the session knows who the connection is.
    socket.data.identity = null;
    try {
      return sessions.open(socket.id, identity);
    } catch (error) {
      logger.error('connection.open_failed', error, { connectionId: socket.id });
      socket.disconnect(true);
      return null;
    }
  }

  function left(connection: Connection, reason: string): void {
    const { socket, session } = connection;
    const connectionId = socket.id;
    connections.delete(connection);
    logger.debug('connection.closed', { connectionId, reason });
    closeUnused(socket);
    try {
      session.close();
    } catch (error) {
      logger.error('connection.close_failed', error, { connectionId });
    }
  }

  metrics.gauge('connections', () => io.sockets.sockets.size);
  const backlogs = guardBacklogs({ io, logger, metrics, limits: dependencies.backlogLimits });
  io.use(createHandshake({ sessions, logger, deadlines, connectionLimits }));
  io.on('connection', serve);
  return {
    drain: (overMs, signal) =>
      sendAway({
        connections,
        overMs,
        signal,
        sent: () => metrics.count('connections_drained_total'),
      }),
    close: async () => {
      await requests.close(drainLimitMs);
      backlogs.stop();
      writes.writeNow();
      if (io.httpServer !== undefined) await io.close();
    },
  };
}

/**
 * Whether a host application listens to the event. `error` does not count, because Socket.IO itself listens to it on
 * every socket.
 */
function isListenedTo(socket: ChatSocket, event: unknown): boolean {
  return typeof event === 'string' && event !== 'error' && socket.listenerCount(event) > 0;
}
