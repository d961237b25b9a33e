import type { Logger } from '../../application/ports/logger.js';
import type { Metrics } from '../../application/ports/metrics.js';
import { type Backlog, backlogOf, isSameProgress } from './backlog.js';
import type { ChatServer, ChatSocket } from './chat-server.js';
import { cutOff } from './packet-guard.js';

export interface BacklogLimits {
  /** Packets that may wait for one reader. */
  readonly maxPackets: number;
  /** Bytes that may wait for one reader: pages up to `MAX_UNREAD_BYTES`, and live events. */
  readonly maxBytes: number;
  /** Bytes that may wait for all readers together. */
  readonly maxTotalBytes: number;
  /** How long something may wait for a reader that takes nothing at all, in ms. */
  readonly maxStallMs: number;
  /** How often the backlogs of all connections are checked, in ms. */
  readonly sweepMs: number;
}

export const BACKLOG_LIMITS: BacklogLimits = {
  maxPackets: 1_000,
  maxBytes: 1024 * 1024,
  maxTotalBytes: 64 * 1024 * 1024,
  maxStallMs: 15_000,
  sweepMs: 1_000,
};

/** If more bytes than this wait for a reader, it gets no page of messages until it has read some. */
export const MAX_UNREAD_BYTES = 256 * 1024;

/** Whether so much waits for the connection that another page of messages would only wait as well. */
export function isBehind({ conn }: ChatSocket): boolean {
  return (backlogOf(conn)?.bytes ?? 0) > MAX_UNREAD_BYTES;
}

export interface BacklogGuard {
  stop(): void;
}

export interface BacklogGuardDependencies {
  readonly io: ChatServer;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** `BACKLOG_LIMITS` when left out. */
  readonly limits?: Partial<BacklogLimits> | undefined;
}

interface Reader extends Backlog {
  readonly socket: ChatSocket;
  /** Since when the reader has taken nothing, on the monotonic clock, in ms. */
  readonly stalledSince: number;
}

/**
 * Socket.IO's outgoing buffers have no limit of their own. A reader that does not keep up is cut off, and its packets
 * are dropped. It then comes back and catches up. If too much waits for all readers together, those that take nothing
 * are cut off first, and then those for which the most waits.
 */
export function guardBacklogs(dependencies: BacklogGuardDependencies): BacklogGuard {
  const { io, logger, metrics } = dependencies;
  const limits = { ...BACKLOG_LIMITS, ...dependencies.limits };
  /** The readers for which something waited at the last look. */
  let readers = new Map<ChatSocket, Reader>();
  let longest = 0;
  let total = 0;
  metrics.gauge('connection_backlog_packets_max', () => longest);
  metrics.gauge('connection_backlog_bytes', () => total);

  function look(now: number): void {
    const before = readers;
    readers = new Map();
    for (const socket of io.sockets.sockets.values()) {
      const backlog = backlogOf(socket.conn);
      if (backlog === null) continue;
      const known = before.get(socket);
      const isStalled = known !== undefined && isSameProgress(known.progress, backlog.progress);
      readers.set(socket, { ...backlog, socket, stalledSince: isStalled ? known.stalledSince : now });
    }
  }

  function cut({ socket, packets, bytes }: Reader, reason: string): void {
    readers.delete(socket);
    total -= bytes;
    logger.warn('connection.backlog', { connectionId: socket.id, packets, bytes, reason });
    metrics.count('connections_cut_backlog_total');
    cutOff(socket.conn);
  }

  function sweep(): void {
    const now = performance.now();
    look(now);
    longest = 0;
    total = 0;
    for (const { packets, bytes } of readers.values()) {
      longest = Math.max(longest, packets);
      total += bytes;
    }
    for (const reader of [...readers.values()]) {
      const reason = reasonToCut(reader, limits, now);
      if (reason !== null) cut(reader, reason);
    }
    if (total <= limits.maxTotalBytes) return;
    for (const reader of [...readers.values()].sort(worstFirst)) {
      if (total <= limits.maxTotalBytes) return;
      cut(reader, 'total');
    }
  }

  const timer = setInterval(sweep, limits.sweepMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

function reasonToCut(
  { packets, bytes, stalledSince }: Reader,
  { maxPackets, maxBytes, maxStallMs }: BacklogLimits,
  now: number,
): string | null {
  if (packets > maxPackets) return 'packets';
  if (bytes > maxBytes) return 'bytes';
  return now - stalledSince > maxStallMs ? 'stalled' : null;
}

/**
 * The reader that has taken nothing for longest comes first. Among those that have just taken something, it is the one
 * for which the most waits.
 */
function worstFirst(one: Reader, other: Reader): number {
  return one.stalledSince - other.stalledSince || other.bytes - one.bytes;
}
