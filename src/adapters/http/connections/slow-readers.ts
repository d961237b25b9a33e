import type { Logger } from '../../../application/ports/logger.js';
import type { Metrics } from '../../../application/ports/metrics.js';
import { type Connection, isStillSending, measure } from './connection.js';
import type { ConnectionLimits } from './limits.js';

/** The bytes that wait are added up at most once in this time, in ms. */
const MEASURE_MS = 100;

export interface SlowReadersDependencies {
  /** The connections with requests in flight. Those that have nothing left are removed here. */
  readonly busy: Set<Connection>;
  readonly limits: ConnectionLimits;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface SlowReaders {
  /** Checks whether too many bytes wait, unless that was checked within the last `MEASURE_MS`. */
  look(): void;
  /** Cuts the connections that take nothing of their answers, and those that have been behind for too long. */
  sweep(): void;
  waitingBytes(): number;
}

/** Cuts connections whose other side does not read its answers, because unread answers are kept in memory. */
export function createSlowReaders(dependencies: SlowReadersDependencies): SlowReaders {
  const { busy, limits, logger, metrics } = dependencies;
  let waitingBytes = 0;
  let measuredAt = Number.NEGATIVE_INFINITY;

  function cut(connections: readonly Connection[]): void {
    for (const connection of connections) {
      metrics.count('http_connections_cut_total');
      connection.socket.destroy();
      busy.delete(connection);
    }
    if (connections.length > 0) logger.warn('http.readers_cut', { connections: connections.length });
  }

  function measureAll(now: number): void {
    measuredAt = now;
    waitingBytes = 0;
    const waiting: { readonly connection: Connection; readonly bytes: number }[] = [];
    for (const connection of busy) {
      const bytes = measure(connection, now);
      waitingBytes += bytes;
      if (bytes > 0) waiting.push({ connection, bytes });
    }
    if (waitingBytes <= limits.maxWaitingBytesInAll) return;
    // Those that have taken nothing for the longest time go first; among equals, those with the most bytes waiting.
    waiting.sort(
      (one, other) => one.connection.progressedAt - other.connection.progressedAt || other.bytes - one.bytes,
    );
    const tooMany: Connection[] = [];
    for (const { connection, bytes } of waiting) {
      if (waitingBytes <= limits.maxWaitingBytesInAll) break;
      waitingBytes -= bytes;
      tooMany.push(connection);
    }
    cut(tooMany);
  }

  function isStuck({ waitingSince, progressedAt }: Connection, now: number): boolean {
    if (waitingSince === null) return false;
    return now - progressedAt >= limits.progressMs || now - waitingSince >= limits.answerMs;
  }

  function endsReadingOn(connection: Connection, now: number): boolean {
    const { socket, readingOn } = connection;
    if (readingOn === null) return false;
    if (!isStillSending(connection)) {
      connection.readingOn = null;
      if ((connection.responses?.size ?? 0) === 0) busy.delete(connection);
      return false;
    }
    const bytes = socket.bytesRead - readingOn.bytesBefore;
    return now - readingOn.since >= limits.readOnMs || bytes > limits.maxReadOnBytes;
  }

  return {
    look: () => {
      const now = performance.now();
      if (now - measuredAt >= MEASURE_MS) measureAll(now);
    },
    sweep: () => {
      const now = performance.now();
      measureAll(now);
      cut([...busy].filter((connection) => isStuck(connection, now)));
      for (const connection of busy) {
        if (connection.socket.destroyed) busy.delete(connection);
        else if (endsReadingOn(connection, now)) connection.socket.destroy();
      }
    },
    waitingBytes: () => waitingBytes,
  };
}
