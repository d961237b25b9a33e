import type { Socket } from 'node:net';
import { CONNECTION_LIMITS, type ConnectionLimits } from './limits.js';

const closing = new WeakSet<Socket>();

/** Whether the connection is about to end. Further requests on it are ignored. */
export function isClosing(socket: Socket): boolean {
  return closing.has(socket);
}

/**
 * Ends a connection whose other side may still be sending, once everything written to it is sent. If the connection
 * were closed at once, the operating system would discard the answer together with the unread bytes, and the other
 * side would see a reset. So incoming bytes are read and thrown away until the other side ends, or until
 * `maxReadOnBytes` or `readOnMs` is reached.
 */
export function closeGently(
  socket: Socket,
  { maxReadOnBytes, readOnMs }: Pick<ConnectionLimits, 'maxReadOnBytes' | 'readOnMs'> = CONNECTION_LIMITS,
): void {
  if (closing.has(socket) || socket.destroyed) return;
  closing.add(socket);
  discard(socket, maxReadOnBytes);
  const endBoth = (): void => {
    if (socket.readableEnded && socket.writableFinished) socket.destroy();
  };
  socket.once('end', endBoth);
  socket.once('finish', endBoth);
  const timer = setTimeout(() => socket.destroy(), readOnMs).unref();
  socket.once('close', () => clearTimeout(timer));
  socket.end();
}

/** Throws away everything that arrives on the connection from now on, and cuts the connection after `maxBytes`. */
export function discard(socket: Socket, maxBytes: number): void {
  const before = socket.bytesRead;
  const onData = (): void => {
    if (socket.bytesRead - before > maxBytes) socket.destroy();
  };
  // Node's parser reads below the stream until somebody adds a `data` listener. Then it adds one of its own, which can
  // be removed.
  socket.on('data', onData);
  socket.removeAllListeners('data');
  socket.on('data', onData);
  socket.resume();
}
