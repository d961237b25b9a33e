import type { Socket } from 'node:net';
import { CONNECTION_LIMITS, type ConnectionLimits } from './limits.js';

const closing = new WeakSet<Socket>();

/** Whether the connection ends: whatever else is asked on it is not heard. */
export function isClosing(socket: Socket): boolean {
  return closing.has(socket);
}

/**
 * Ends a connection whose other side may still be sending, after what was written on it. Closed at once, the system would
 * throw away the answer with what nobody has read, and tell the other side that the connection was broken. So what comes is
 * read on and thrown away: until the other side ends, or for as much and as long as is allowed.
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

/** From now on nobody reads what comes on the connection; beyond so many bytes it is cut. */
export function discard(socket: Socket, maxBytes: number): void {
  const before = socket.bytesRead;
  const onData = (): void => {
    if (socket.bytesRead - before > maxBytes) socket.destroy();
  };
  // Node's parser reads from below the stream until somebody listens to the stream; then it listens, too.
  socket.on('data', onData);
  socket.removeAllListeners('data');
  socket.on('data', onData);
  socket.resume();
}
