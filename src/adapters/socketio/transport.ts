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

/** Within this time every request is answered, with `server.error` if need be: clients are promised 5 s. */
export const ANSWER_DEADLINE_MS = 4_500;
/** How long closing waits for requests that are in flight. */
export const DRAIN_LIMIT_MS = 1_000;

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
   * Closes the connections evenly over so many ms, while it goes on serving; see `sendAway`. Resolves when nobody is here
   * any more, when the time is over, or at the signal.
   */
  drain(overMs: number, signal: AbortSignal): Promise<void>;
  /**
   * Refuses new requests, waits for those in flight within a limit, then closes every connection so that clients come
   * back by themselves. The HTTP server stays open: whoever opened it closes it.
   */
  close(): Promise<void>;
}

/** Hands requests of connections to the application, and its answers back to the clients. */
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
    // All that the functions below hold on to, for as long as the connection lives.
    const connection = new Connection(socket, session);
    connections.add(connection);
    // One middleware for all events instead of a listener for each, which would cost every connection memory. An event
    // that is taken here goes no further through Socket.IO. A host application's own listeners are served as ever; its
    // middleware is served only if it was there before this one, from `io.use`.
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

  /** null for a connection that had to be closed again. */
  function openSession(socket: ChatSocket): Session | null {
    const { identity = null } = socket.data;
    // From now on only the session knows who it is.
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

/** A host application may listen to events of its own. Socket.IO itself listens to `error` on every socket. */
function isListenedTo(socket: ChatSocket, event: unknown): boolean {
  return typeof event === 'string' && event !== 'error' && socket.listenerCount(event) > 0;
}
