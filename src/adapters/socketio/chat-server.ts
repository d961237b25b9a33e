import type { IncomingMessage } from 'node:http';
import { type DefaultEventsMap, Server, type ServerOptions, type Socket } from 'socket.io';
import { Decoder } from 'socket.io-parser';
import type { Identity } from '../../application/ports/identity.js';
import type { ClientToServerEvents, ServerToClientEvents } from '../../protocol/wire.js';
import type { ConnectionLimits } from './connection-limits.js';
import { type FrontDoorOptions, guardFrontDoor } from './front-door.js';
import type { AllowedOrigins } from './origin-policy.js';
import { createPacketGuard, type PacketGuard } from './packet-guard.js';
import { PlainEncoder } from './plain-encoder.js';
import { answerTooMany } from './refused-handshake.js';

/** The data that the server keeps with each connection. */
export interface ConnectionData {
  /** Who made the handshake; null when the handshake had no credentials. */
  identity: Identity | null;
  /** How many characters of large packets have arrived since a request was last answered. */
  largeRequestLength: number;
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
 * The largest packet, in bytes; a larger one closes its connection. The longest possible message has 48,000 bytes, if
 * a client writes each of its characters as two `\\uXXXX`.
 */
export const MAX_PACKET_BYTES = 64 * 1024;

/** How long a connection may take to say that it speaks Socket.IO, in ms. */
const CONNECT_WITHIN_MS = 10_000;

/** The path of Socket.IO when no other is given. */
export const SOCKET_IO_PATH = '/socket.io';

/**
 * `corsOrigin` lists the other origins whose pages may connect, or is `*` for all. The server's own origin always may.
 */
export interface SocketIoServerOptions extends FrontDoorOptions {
  /** The path of Socket.IO; `SOCKET_IO_PATH` when left out. */
  readonly path?: string | undefined;
  /** Limits the number of connections. When left out, nothing limits it. */
  readonly connectionLimits?: Pick<ConnectionLimits, 'atHandshake'> | undefined;
  /** Called for each connection that is cut because it sends too much that is neither a request nor an answer. */
  readonly flooded?: (() => void) | undefined;
  /** Makes the ids of connections, which nobody may guess; Engine.IO's own when left out. */
  readonly newSessionId?: (() => string) | undefined;
  /** In ms; `CONNECT_WITHIN_MS` when left out. */
  readonly connectWithinMs?: number | undefined;
}

/**
 * Makes a Socket.IO server that is not attached to anything yet. It serves its browser client at `socket.io.js` below
 * its path. Connection state recovery stays off: it would replay missed packets before anybody has checked whether
 * the person may still see them.
 */
export function createSocketIoServer(options: SocketIoServerOptions): ChatServer {
  const { corsOrigin, connectionLimits, connectWithinMs = CONNECT_WITHIN_MS } = options;
  const { path = SOCKET_IO_PATH } = options;

  async function allows(request: IncomingMessage): Promise<boolean> {
    const refusal = (await connectionLimits?.atHandshake(request, io.engine)) ?? null;
    if (refusal !== null) answerTooMany(request, refusal);
    return refusal === null;
  }

  const io: ChatServer = new GuardedServer(options, {
    path,
    serveClient: true,
    maxHttpBufferSize: MAX_PACKET_BYTES,
    // A small compressed packet could inflate to a huge one, past `MAX_PACKET_BYTES`.
    perMessageDeflate: false,
    connectTimeout: connectWithinMs,
    parser: { Encoder: PlainEncoder, Decoder },
    ...corsOf(corsOrigin),
    allowRequest: (request, callback) => {
      allows(request).then(
        (isAllowed) => callback(null, isAllowed),
        () => callback('The server cannot take connections now.', false),
      );
    },
  });
  return io;
}

/** Without other origins, CORS is switched off: the headers would be built for each handshake and allow nothing. */
function corsOf(origins: AllowedOrigins): Pick<Partial<ServerOptions>, 'cors'> {
  if (origins === '*') return { cors: { origin: '*' } };
  return origins.length === 0 ? {} : { cors: { origin: [...origins] } };
}

/**
 * Every request passes the guard of the front door before it reaches a connection, whatever the server is attached to.
 */
class GuardedServer extends Server<
  ClientToServerEvents,
  ServerToClientEvents,
  DefaultEventsMap,
  Partial<ConnectionData>
> {
  constructor(
    private readonly own: SocketIoServerOptions,
    options: Partial<ServerOptions>,
  ) {
    super(options);
    this.packets = createPacketGuard(() => own.flooded?.());
    this.on('connection', this.packets.know);
  }

  private readonly packets: PacketGuard;

  override bind(engine: Server['engine']): this {
    guardFrontDoor(engine, this.own);
    this.packets.watch(engine);
    const { newSessionId } = this.own;
    if (newSessionId !== undefined) Object.assign(engine, { generateId: newSessionId });
    return super.bind(engine);
  }
}
