import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Slot } from './address-slots.js';

/** The state of one connection of the HTTP server. */
export interface Connection extends Slot {
  readonly socket: Socket;
  /** Whether too much was asked on the connection at once. Whatever follows is ignored. */
  isOverflowing: boolean;
  /**
   * The answers that the operating system has not taken completely, each with a function that is called once it has,
   * or once it never will. null until the first request, which a connection that becomes a WebSocket never makes.
   */
  responses: Map<ServerResponse, () => void> | null;
  /** The turn of the event loop in which the last request came, and how many requests came in that turn. */
  turn: number;
  askedInTurn: number;
  /** The latest request. All earlier ones have arrived completely. */
  latest: IncomingMessage | null;
  /** Since when answers have been waiting for the other side, and when it last took a part of them; in ms. */
  waitingSince: number | null;
  progressedAt: number;
  /** How many bytes the operating system has taken. */
  flushed: number;
  /** Set while the rest of an answered request is read: since when, in ms, and how many bytes were read before. */
  readingOn: { readonly since: number; readonly bytesBefore: number } | null;
}

export function newConnection(socket: Socket, slot: Slot): Connection {
  return {
    socket,
    address: slot.address,
    isTooMany: slot.isTooMany,
    isOverflowing: false,
    responses: null,
    turn: 0,
    askedInTurn: 0,
    latest: null,
    waitingSince: null,
    progressedAt: 0,
    flushed: 0,
    readingOn: null,
  };
}

/** Whether the other side is still sending the rest of its latest request. */
export function isStillSending({ latest }: Connection): boolean {
  return latest !== null && !latest.complete;
}

/** How many bytes of answers are in memory, including answers that wait for earlier ones on the connection. */
export function waitingBytesOf({ socket, responses }: Connection): number {
  let bytes = socket.writableLength;
  for (const response of responses?.keys() ?? []) {
    bytes += response.writableLength - (response.socket === null ? 0 : response.socket.writableLength);
  }
  return bytes;
}

/**
 * Notes whether the other side has taken anything since the last call.
 *
 * @returns how many bytes wait for it.
 */
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

/**
 * Reads fields of the handle that Node does not declare, and does without them if they are missing. Node's own
 * counters are too coarse, because it hands a large answer to libuv at once, and libuv sends it in pieces.
 */
function flushedBytesOf(socket: Socket): number {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (typeof handle !== 'object' || handle === null) return socket.bytesWritten - socket.writableLength;
  const [written, queued] = [Reflect.get(handle, 'bytesWritten'), Reflect.get(handle, 'writeQueueSize')];
  if (typeof written !== 'number' || typeof queued !== 'number') {
    return socket.bytesWritten - socket.writableLength;
  }
  return written - queued;
}
