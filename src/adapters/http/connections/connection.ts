import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Slot } from './address-slots.js';

/** What is known of one connection of the HTTP server. */
export interface Connection extends Slot {
  readonly socket: Socket;
  /** Whether too much was asked on it at once. Whatever follows is ignored. */
  isOverflowing: boolean;
  /** Answers that have not been handed to the system to their end, and what is to be done when they have, or cannot be. */
  readonly responses: Map<ServerResponse, () => void>;
  /** The turn of the event loop in which the last request came, and how many requests came in that turn. */
  turn: number;
  askedInTurn: number;
  /** The only request that may not have arrived to its end. */
  latest: IncomingMessage | null;
  /** Since when answers have been waiting for the other side, and since when it has taken nothing of them; in ms. */
  waitingSince: number | null;
  progressedAt: number;
  /** How many bytes the operating system has taken. */
  flushed: number;
  /** Since when the rest of a request that was answered is read, in ms, and how much was read before. */
  readingOn: { readonly since: number; readonly bytesBefore: number } | null;
}

export function newConnection(socket: Socket, slot: Slot): Connection {
  return {
    socket,
    ...slot,
    isOverflowing: false,
    responses: new Map(),
    turn: 0,
    askedInTurn: 0,
    latest: null,
    waitingSince: null,
    progressedAt: 0,
    flushed: 0,
    readingOn: null,
  };
}

/** Whether the other side has still to send something of what it was answered already. */
export function isStillSending({ latest }: Connection): boolean {
  return latest !== null && !latest.complete;
}

/** How many bytes of answers are in memory, those included that have to wait for their turn. */
export function waitingBytesOf({ socket, responses }: Connection): number {
  let bytes = socket.writableLength;
  for (const response of responses.keys()) {
    bytes += response.writableLength - (response.socket === null ? 0 : response.socket.writableLength);
  }
  return bytes;
}

/** Notes whether the other side has taken anything since the last call. @returns how many bytes wait for it. */
export function measure(connection: Connection, now: number): number {
  const bytes = waitingBytesOf(connection);
  const flushed = flushedBytesOf(connection.socket);
  if (bytes === 0) {
    connection.waitingSince = null;
  } else if (connection.waitingSince === null) {
    connection.waitingSince = now;
    connection.progressedAt = now;
  } else if (flushed !== connection.flushed) {
    connection.progressedAt = now;
  }
  connection.flushed = flushed;
  return bytes;
}

/** What Node does not declare, read with care: a large answer is handed to libuv as one, and goes out in pieces. */
function flushedBytesOf(socket: Socket): number {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (typeof handle !== 'object' || handle === null) return socket.bytesWritten - socket.writableLength;
  const [written, queued] = [Reflect.get(handle, 'bytesWritten'), Reflect.get(handle, 'writeQueueSize')];
  if (typeof written !== 'number' || typeof queued !== 'number') {
    return socket.bytesWritten - socket.writableLength;
  }
  return written - queued;
}
