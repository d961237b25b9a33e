import type { Server, Socket } from 'socket.io';
import { Allowance } from './allowance.js';

type Engine = Server['engine'];
type Connection = Socket['conn'];

/**
 * How many packets that are neither a request nor an answer a connection may send at once. A client normally sends
 * one in 25 s.
 */
export const MAX_IDLE_PACKETS = 50;
/** How many more it may send in each second after that. */
export const IDLE_PACKETS_PER_SECOND = 5;
/** Longer packets, in characters, count by their length, because reading 64 KiB of brackets takes 15 ms. */
const LARGE_PACKET_LENGTH = 1_024;

/** The character with which a Socket.IO packet of an event begins. */
const EVENT = 0x32;
const ACK = 0x33;
const BINARY_EVENT = 0x35;
const BINARY_ACK = 0x36;

interface Packet {
  readonly type: string;
  readonly data?: unknown;
}

type KnownSocket = Pick<Socket, 'conn' | 'client'> & { readonly data: { largeRequestLength?: number } };

interface Watched {
  readonly idle: Allowance;
  /** null until the client has been let in. */
  socket: KnownSocket | null;
}

export interface PacketGuard {
  watch(engine: Engine): void;
  /**
   * Called when a client has been let in. Acknowledgements that a host application has asked this client for are then
   * not counted.
   */
  know(socket: KnownSocket): void;
}

/**
 * Cuts connections that go on sending packets that are neither requests nor answers: heartbeats, connects, disconnects,
 * acknowledgements that nobody waits for, control frames of WebSocket. Each of them costs the server as much as a
 * request, and nothing else refuses it. Requests have rates of their own. Of them, the guard only notes the length of
 * large ones, for `Connection.mayAskUnrated`.
 *
 * @param flooded called for each connection that is cut.
 */
export function createPacketGuard(flooded: () => void): PacketGuard {
  const watched = new WeakMap<Connection, Watched>();
  const connectionOf = new WeakMap<object, Connection>();

  function count(connection: Connection): void {
    if (watched.get(connection)?.idle.take() !== false) return;
    flooded();
    cutOff(connection);
  }

  function watchTransport(connection: Connection, transport: unknown): void {
    const webSocket = webSocketOf(transport);
    if (webSocket === null || connectionOf.has(webSocket)) return;
    connectionOf.set(webSocket, connection);
    webSocket.on('ping', onControlFrame);
    webSocket.on('pong', onControlFrame);
  }

  // All connections share one listener of each kind, because otherwise each would keep its own until it ends.
  function onControlFrame(this: object): void {
    const connection = connectionOf.get(this);
    if (connection !== undefined) count(connection);
  }

  function onPacket(this: Connection, packet: Packet): void {
    const { data } = packet;
    // Nearly all packets are small events, as every message is, so these are let through first.
    const isLarge = typeof data === 'string' && data.length > LARGE_PACKET_LENGTH;
    if (!isLarge && typeof data === 'string' && data.charCodeAt(0) === EVENT && packet.type === 'message')
      return;
    if (isLarge) weigh(this, data);
    if (isIdle(packet, watched.get(this)?.socket?.client)) count(this);
  }

  function weigh(connection: Connection, data: string): void {
    const known = watched.get(connection)?.socket?.data;
    if (known !== undefined) known.largeRequestLength = (known.largeRequestLength ?? 0) + data.length;
  }

  /** Called when a client asks whether it may go on by WebSocket, because it could ask without end. */
  function onUpgrading(this: Connection, transport: unknown): void {
    watchTransport(this, transport);
    count(this);
    if (this.readyState !== 'open') webSocketOf(transport)?.terminate();
  }

  return {
    know: (socket) => {
      const connection = watched.get(socket.conn);
      if (connection !== undefined) connection.socket = socket;
    },
    watch: (engine) => {
      engine.on('connection', (connection: Connection) => {
        watched.set(connection, {
          idle: new Allowance(MAX_IDLE_PACKETS, IDLE_PACKETS_PER_SECOND),
          socket: null,
        });
        connection.on('packet', onPacket);
        watchTransport(connection, connection.transport);
        if (connection.transport.name === 'polling') connection.on('upgrading', onUpgrading);
      });
    },
  };
}

/** Cuts a connection at once, because a client that floods would not wait for a proper close. */
export function cutOff(connection: Connection): void {
  const webSocket = webSocketOf(connection.transport);
  connection.close(true);
  webSocket?.terminate();
}

function isIdle({ type, data }: Packet, client: object | undefined): boolean {
  if (type !== 'message') return true;
  // A binary attachment belongs to an event that was counted before; otherwise Socket.IO ends the connection.
  if (typeof data !== 'string') return false;
  const kind = data.charCodeAt(0);
  if (kind === EVENT || kind === BINARY_EVENT) return false;
  return (kind !== ACK && kind !== BINARY_ACK) || !isAskedFor(client);
}

/**
 * Whether a host application waits for acknowledgements from this client. Reads fields that Socket.IO does not
 * declare.
 */
function isAskedFor(client: object | undefined): boolean {
  const sockets: unknown = client === undefined ? null : Reflect.get(client, 'sockets');
  if (!(sockets instanceof Map)) return false;
  return [...sockets.values()].some((socket) => {
    const acks: unknown = Reflect.get(socket, 'acks');
    return acks instanceof Map && acks.size > 0;
  });
}

/** The part of ws that engine.io does not declare. */
interface WebSocket {
  on(event: 'ping' | 'pong', listener: (this: object) => void): unknown;
  terminate(): void;
}

function webSocketOf(transport: unknown): WebSocket | null {
  const webSocket: unknown =
    typeof transport === 'object' && transport !== null ? Reflect.get(transport, 'socket') : null;
  return isWebSocket(webSocket) ? webSocket : null;
}

function isWebSocket(value: unknown): value is WebSocket {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'terminate') === 'function';
}
