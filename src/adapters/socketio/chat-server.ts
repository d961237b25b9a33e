import type { IncomingMessage } from 'node:http';
import { type DefaultEventsMap, Server, type Socket } from 'socket.io';
import type { Identity } from '../../application/ports/identity.js';
import type { ClientToServerEvents, ServerToClientEvents } from '../../protocol/wire.js';
import { type AllowedOrigins, isOriginAllowed } from './origin-policy.js';

/** What the server keeps with each connection. */
export interface ConnectionData {
  /** As whom the handshake was made; null when it did not say. */
  identity: Identity | null;
}

export type ChatServer = Server<
  ClientToServerEvents,
  ServerToClientEvents,
  DefaultEventsMap,
  Partial<ConnectionData>
>;
export type ChatSocket = Socket<
  ClientToServerEvents,
  ServerToClientEvents,
  DefaultEventsMap,
  Partial<ConnectionData>
>;

/** Bytes of one packet; a larger one closes its connection. Leaves room to answer an oversized text in words. */
export const MAX_PACKET_BYTES = 1.5 * 1024 * 1024;

/** Requests below this path belong to Socket.IO. */
export const SOCKET_IO_PATH = '/socket.io';

export interface SocketIoServerOptions {
  /** Web pages of other origins that may connect: a list, or `*` for all. The server's own origin always may. */
  readonly corsOrigin: AllowedOrigins;
  /** Whether a connection may be opened at all, by where it comes from. All may when left out. */
  readonly admits?: ((request: IncomingMessage) => boolean) | undefined;
}

/**
 * A Socket.IO server that is not attached to anything yet. It serves its browser client at
 * `/socket.io/socket.io.js`. Connection state recovery stays off: it would replay what was missed before anybody has
 * asked whether the person may still see it.
 */
export function createSocketIoServer({ corsOrigin, admits }: SocketIoServerOptions): ChatServer {
  return new Server({
    path: SOCKET_IO_PATH,
    serveClient: true,
    maxHttpBufferSize: MAX_PACKET_BYTES,
    cors: { origin: corsOrigin === '*' ? '*' : [...corsOrigin] },
    // CORS headers keep pages from reading answers; a WebSocket needs none, so the handshake itself is refused.
    allowRequest: (request, callback) => {
      const isAdmitted = admits === undefined || admits(request);
      callback(null, isAdmitted && isOriginAllowed(request.headers, corsOrigin));
    },
  });
}
