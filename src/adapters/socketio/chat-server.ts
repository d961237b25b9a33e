import type { IncomingMessage } from 'node:http';
import { type DefaultEventsMap, Server, type Socket } from 'socket.io';
import type { Identity } from '../../application/ports/identity.js';
import type { ClientToServerEvents, ServerToClientEvents } from '../../protocol/wire.js';
import type { ConnectionLimits } from './connection-limits.js';
import { type AllowedOrigins, isOriginAllowed } from './origin-policy.js';
import { answerTooMany } from './refused-handshake.js';

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

/**
 * Bytes of one packet; a larger one closes its connection. The longest message there can be has 48,000 bytes, where a
 * client writes each of its characters as two `\\uXXXX`.
 */
export const MAX_PACKET_BYTES = 64 * 1024;

/** How long a connection may take to say that it speaks Socket.IO, in ms. */
const CONNECT_WITHIN_MS = 10_000;

/** Requests below this path belong to Socket.IO. */
export const SOCKET_IO_PATH = '/socket.io';

export interface SocketIoServerOptions {
  /** Web pages of other origins that may connect: a list, or `*` for all. The server's own origin always may. */
  readonly corsOrigin: AllowedOrigins;
  /** Whether a connection may be opened at all, by where it comes from. All may when left out. */
  readonly admits?: ((request: IncomingMessage) => boolean) | undefined;
  /** How many connections there may be. Any number when left out. */
  readonly connectionLimits?: Pick<ConnectionLimits, 'atHandshake'> | undefined;
  /** In ms; `CONNECT_WITHIN_MS` unless told. */
  readonly connectWithinMs?: number | undefined;
}

/**
 * A Socket.IO server that is not attached to anything yet. It serves its browser client at
 * `/socket.io/socket.io.js`. Connection state recovery stays off: it would replay what was missed before anybody has
 * asked whether the person may still see it.
 */
export function createSocketIoServer(options: SocketIoServerOptions): ChatServer {
  const { corsOrigin, admits, connectionLimits, connectWithinMs = CONNECT_WITHIN_MS } = options;

  function isWelcome(request: IncomingMessage): boolean {
    const isAdmitted = admits === undefined || admits(request);
    // CORS headers keep pages from reading answers; a WebSocket needs none, so the handshake itself is refused.
    return isAdmitted && isOriginAllowed(request.headers, corsOrigin);
  }

  async function allows(request: IncomingMessage): Promise<boolean> {
    if (!isWelcome(request)) return false;
    const refusal = (await connectionLimits?.atHandshake(request, io.engine)) ?? null;
    if (refusal !== null) answerTooMany(request, refusal);
    return refusal === null;
  }

  const io: ChatServer = new Server({
    path: SOCKET_IO_PATH,
    serveClient: true,
    maxHttpBufferSize: MAX_PACKET_BYTES,
    // A small packet that inflates to a huge one would be past that limit.
    perMessageDeflate: false,
    connectTimeout: connectWithinMs,
    cors: { origin: corsOrigin === '*' ? '*' : [...corsOrigin] },
    allowRequest: (request, callback) => {
      allows(request).then(
        (isAllowed) => callback(null, isAllowed),
        () => callback('The server cannot take connections now.', false),
      );
    },
  });
  return io;
}
