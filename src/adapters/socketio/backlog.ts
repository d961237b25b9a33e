import type { ChatSocket } from './chat-server.js';

type EngineConnection = ChatSocket['conn'];

/** The packets that wait to be written to one connection. */
export interface Backlog {
  /** Packets that engine.io holds back until the transport has taken the ones before. */
  readonly packets: number;
  /** The bytes of those packets, and those that the WebSocket has taken but the operating system has not. */
  readonly bytes: number;
  /** Changes whenever the reader has taken something. */
  readonly progress: Progress;
}

export interface Progress {
  /** Bytes that the operating system has taken; 0 over long-polling. */
  readonly written: number;
  /**
   * The list in which engine.io holds packets. It begins another list when the transport takes the packets of this
   * one, as a poll does.
   */
  readonly buffer: unknown;
}

/**
 * Returns null if nothing waits. Reads fields of engine.io and ws that they do not declare, and does without those
 * that are missing.
 */
export function backlogOf(connection: EngineConnection): Backlog | null {
  const buffer = propertyOf(connection, 'writeBuffer');
  const packets = Array.isArray(buffer) ? buffer.length : 0;
  const webSocket = propertyOf(connection.transport, 'socket');
  const taken = numberOf(webSocket, 'bufferedAmount');
  if (packets === 0 && taken === 0) return null;
  const bytes = taken + (Array.isArray(buffer) ? bytesOf(buffer) : 0);
  const handle = propertyOf(propertyOf(webSocket, '_socket'), '_handle');
  const written = numberOf(handle, 'bytesWritten') - numberOf(handle, 'writeQueueSize');
  return { packets, bytes, progress: { written, buffer } };
}

export function isSameProgress(one: Progress, other: Progress): boolean {
  return one.written === other.written && one.buffer === other.buffer;
}

function bytesOf(packets: readonly unknown[]): number {
  let bytes = 0;
  for (const packet of packets) {
    const data = propertyOf(packet, 'data');
    if (typeof data === 'string') bytes += Buffer.byteLength(data);
    else bytes += numberOf(data, 'byteLength');
  }
  return bytes;
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function numberOf(value: unknown, name: string): number {
  const number = propertyOf(value, name);
  return typeof number === 'number' ? number : 0;
}
