import type { Logger } from '../../application/ports/logger.js';
import type { Metrics } from '../../application/ports/metrics.js';
import type { ChatServer, ChatSocket } from './chat-server.js';

/** Packets that may wait for one reader. */
export const MAX_BACKLOG_PACKETS = 1_000;
/** Bytes that may wait in one reader's WebSocket. */
export const MAX_BACKLOG_BYTES = 4 * 1024 * 1024;
/** How often everybody's backlog is looked at. */
export const BACKLOG_SWEEP_MS = 1_000;

export interface BacklogGuard {
  stop(): void;
}

export interface BacklogGuardDependencies {
  readonly io: ChatServer;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** In ms; `BACKLOG_SWEEP_MS` unless told. */
  readonly sweepMs?: number;
}

/**
 * Socket.IO's outgoing buffers have no limit of their own. A reader that does not keep up is cut off, what waits for it
 * dropped; it comes back and catches up with what it has missed.
 */
export function guardBacklogs(dependencies: BacklogGuardDependencies): BacklogGuard {
  const { io, logger, metrics, sweepMs = BACKLOG_SWEEP_MS } = dependencies;
  let longest = 0;
  metrics.gauge('connection_backlog_packets_max', () => longest);

  function sweep(): void {
    longest = 0;
    for (const socket of io.sockets.sockets.values()) {
      const { packets, bytes, cut } = backlogOf(socket);
      longest = Math.max(longest, packets);
      if (packets <= MAX_BACKLOG_PACKETS && bytes <= MAX_BACKLOG_BYTES) continue;
      logger.warn('connection.backlog', { connectionId: socket.id, packets, bytes });
      metrics.count('connections_cut_backlog_total');
      cut();
    }
  }

  const timer = setInterval(sweep, sweepMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** The parts of a connection that engine.io and ws do not declare, read with care. */
interface Backlog {
  /** Packets that engine.io holds back until the transport has taken the ones before. */
  readonly packets: number;
  /** Bytes that the WebSocket has taken and not sent; 0 over long-polling. */
  readonly bytes: number;
  /** Cuts the connection without a goodbye, which a reader that does not read would not hear. */
  readonly cut: () => void;
}

function backlogOf(socket: ChatSocket): Backlog {
  const { conn } = socket;
  const waiting = propertyOf(conn, 'writeBuffer');
  const webSocket = propertyOf(conn.transport, 'socket');
  const bytes = propertyOf(webSocket, 'bufferedAmount');
  const terminate = propertyOf(webSocket, 'terminate');
  return {
    packets: Array.isArray(waiting) ? waiting.length : 0,
    bytes: typeof bytes === 'number' ? bytes : 0,
    cut: () => {
      conn.close(true);
      if (typeof terminate === 'function') Reflect.apply(terminate, webSocket, []);
    },
  };
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
