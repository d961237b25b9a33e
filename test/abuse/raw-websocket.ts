import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import type { Socket } from 'node:net';

const TEXT = 1;
const CLOSE = 8;
const MASK_BYTES = 4;
const TO_ENGINE = '/socket.io/?EIO=4&transport=websocket';

export interface FrameOptions {
  /** 1 for text unless told; 0 continues, 2 is binary, 8 closes, 9 pings. */
  readonly opcode?: number;
  readonly isLast?: boolean;
  /** As permessage-deflate marks what it has compressed. */
  readonly isCompressed?: boolean;
  /** Bytes that the frame announces; those that it has when left out. */
  readonly length?: number;
}

/** A WebSocket to Socket.IO's engine that sends whatever it is told to. */
export interface RawWebSocket {
  /** The extensions that the server has agreed to. */
  readonly extensions: string | undefined;
  send(data: string | Buffer, options?: FrameOptions): void;
  /** Sends the frame and resolves with the next text that begins so. */
  ask(frame: string, prefix: string): Promise<string>;
  /** With the code of the server's close frame, or null where it just hung up. */
  readonly closed: Promise<number | null>;
  readonly bare: Socket;
}

export interface HandshakeOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly path?: string;
  readonly from?: string;
}

/** @returns the status where the server does not switch protocols. */
export function openRawWebSocket(
  url: string,
  { headers = {}, path = TO_ENGINE, from }: HandshakeOptions = {},
): Promise<RawWebSocket | number> {
  return new Promise((resolve, reject) => {
    const handshake = request(`${url}${path}`, {
      agent: false,
      localAddress: from,
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': randomBytes(16).toString('base64'),
        ...headers,
      },
    });
    handshake.on('error', reject);
    handshake.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    handshake.on('upgrade', (response, socket, head) => {
      resolve(webSocketOn(socket, head, response.headers['sec-websocket-extensions']));
    });
    handshake.end();
  });
}

function webSocketOn(bare: Socket, head: Buffer, extensions: string | undefined): RawWebSocket {
  const waiting = new Set<(text: string) => void>();
  let pending = head;
  let end: (code: number | null) => void = () => undefined;
  const closed = new Promise<number | null>((resolve) => {
    end = resolve;
  });
  const hear = ({ opcode, payload }: Frame): void => {
    if (opcode === TEXT) for (const listener of waiting) listener(payload.toString());
    if (opcode !== CLOSE) return;
    end(payload.length < 2 ? null : payload.readUInt16BE());
    bare.end();
  };
  const read = (): void => {
    for (let frame = frameAt(pending); frame !== null; frame = frameAt(pending)) {
      pending = pending.subarray(frame.size);
      hear(frame);
    }
  };
  bare.on('error', () => undefined);
  bare.once('close', () => end(null));
  bare.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    read();
  });
  const send: RawWebSocket['send'] = (data, options) => bare.write(frameOf(Buffer.from(data), options));
  return {
    extensions,
    closed,
    bare,
    send,
    ask: (frame, prefix) => {
      const answer = new Promise<string>((resolve) => {
        waiting.add(function hear(text) {
          if (!text.startsWith(prefix)) return;
          waiting.delete(hear);
          resolve(text);
        });
      });
      send(frame);
      return answer;
    },
  };
}

function frameOf(payload: Buffer, { opcode = TEXT, isLast = true, ...options }: FrameOptions = {}): Buffer {
  const { isCompressed = false, length = payload.length } = options;
  const start = Buffer.alloc(2 + 8 + MASK_BYTES);
  start[0] = (isLast ? 0x80 : 0) | (isCompressed ? 0x40 : 0) | opcode;
  // A length of 64 bits is allowed for short ones, too.
  start[1] = 0x80 | 127;
  start.writeBigUInt64BE(BigInt(length), 2);
  // The mask is all zeros, and so changes nothing.
  return Buffer.concat([start, payload]);
}

interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
  /** With all that goes before the payload, in bytes. */
  readonly size: number;
}

/** Of the server, which masks nothing; null while it is not all there. */
function frameAt(bytes: Buffer): Frame | null {
  if (bytes.length < 2) return null;
  const short = bytes.readUInt8(1) & 0x7f;
  const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
  if (bytes.length < 2 + extra) return null;
  const length = extra === 2 ? bytes.readUInt16BE(2) : extra === 8 ? Number(bytes.readBigUInt64BE(2)) : short;
  const start = 2 + extra;
  if (bytes.length < start + length) return null;
  return {
    opcode: bytes.readUInt8(0) & 0x0f,
    payload: bytes.subarray(start, start + length),
    size: start + length,
  };
}
