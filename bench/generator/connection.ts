import { connect, type Socket } from 'node:net';
import { type FrameListener, frameReader, textFrame } from './frames.js';

/** One connection to a Socket.IO server: WebSocket from the start, the default namespace. */
export interface Connection {
  /** Sends a whole frame that `textFrame` has made. */
  send(frame: Buffer): void;
  /** Sets the function that receives Socket.IO's packets from now on: `42[…]` and `43…[…]`, each as a whole. */
  listen(listener: FrameListener): void;
  close(): void;
}

export interface ConnectionOptions {
  readonly port: number;
  /** For the handshake's `auth.token`; null for none. */
  readonly token: string | null;
  /** Called when the server or the network has ended the connection after it was open. */
  readonly onLost: () => void;
}

/** One buffer for all connections, because what arrives is read before the next bytes are. */
const SHARED = Buffer.allocUnsafe(256 * 1_024);
const PONG = textFrame('3');
const CONNECT_TIMEOUT_MS = 30_000;
/** The types of packets: Engine.IO's first character, and Socket.IO's after a 4. */
const [OPEN, PING, MESSAGE] = [0x30, 0x32, 0x34];
const [CONNECTED, REFUSED] = [0x30, 0x34];
const END_OF_HEAD = '\r\n\r\n';

/**
 * Opens a connection: TCP, the upgrade, and the handshakes of Engine.IO and Socket.IO.
 *
 * @throws when the server refuses it, ends it, or does not open it within half a minute.
 */
export function openConnection({ port, token, onLost }: ConnectionOptions): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const hello = textFrame(token === null ? '40' : `40${JSON.stringify({ token })}`);
    let listener: FrameListener = () => {};
    let state: 'opening' | 'open' | 'over' = 'opening';
    let head: string | null = '';

    function end(what: string): void {
      const was = state;
      state = 'over';
      clearTimeout(timer);
      socket.destroy();
      if (was === 'opening') reject(new Error(`a connection ${what}`));
      if (was === 'open') onLost();
    }
    const read = frameReader((bytes, start, stop) => {
      const type = bytes[start];
      if (type === PING) socket.write(PONG);
      else if (type === OPEN) socket.write(hello);
      else if (type === MESSAGE) onPacket(bytes, start, stop);
    });
    function onPacket(bytes: Buffer, start: number, stop: number): void {
      if (state === 'open') {
        listener(bytes, start, stop);
        return;
      }
      const packet = bytes[start + 1];
      if (packet === REFUSED) end(`was refused: ${bytes.toString('utf8', start, stop)}`);
      if (packet !== CONNECTED) return;
      state = 'open';
      clearTimeout(timer);
      resolve({
        send: (frame) => void socket.write(frame),
        listen: (next) => {
          listener = next;
        },
        close: () => {
          state = 'over';
          socket.destroy();
        },
      });
    }
    function onBytes(length: number, bytes: Buffer): void {
      if (head === null) {
        read(bytes, 0, length);
        return;
      }
      head += bytes.toString('latin1', 0, length);
      const endOfHead = head.indexOf(END_OF_HEAD);
      if (endOfHead === -1) return;
      if (!head.startsWith('HTTP/1.1 101')) {
        end(`was not upgraded: ${head.split('\r\n')[0]}`);
        return;
      }
      const frames = Buffer.from(head.slice(endOfHead + END_OF_HEAD.length), 'latin1');
      head = null;
      read(frames, 0, frames.length);
    }
    const timer = setTimeout(() => end('was not opened in time'), CONNECT_TIMEOUT_MS);
    const socket = dial(port, onBytes);
    socket.on('error', (error) => end(error.message));
    socket.on('close', () => end('was closed by the server'));
  });
}

function dial(port: number, onBytes: (length: number, bytes: Buffer) => void): Socket {
  const callback = (length: number, bytes: Uint8Array): boolean => {
    onBytes(length, bytes as Buffer);
    return true;
  };
  const socket = connect({ port, host: '127.0.0.1', onread: { buffer: SHARED, callback } });
  socket.setNoDelay(true);
  socket.on('connect', () => socket.write(upgradeRequest(port)));
  return socket;
}

function upgradeRequest(port: number): string {
  return [
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    '\r\n',
  ].join('\r\n');
}
