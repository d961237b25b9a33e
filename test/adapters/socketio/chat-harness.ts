import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { io as connectSocket, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import type { MemoryAuthenticator } from '../../../src/adapters/memory/authenticator.js';
import type { RecordingLogger } from '../../../src/adapters/memory/loggers.js';
import type { RecordingMetrics } from '../../../src/adapters/memory/metrics.js';
import type { VirtualTime } from '../../../src/adapters/memory/virtual-time.js';
import { createSocketIoBroadcaster } from '../../../src/adapters/socketio/broadcaster.js';
import {
  type ChatServer,
  createSocketIoServer,
  type SocketIoServerOptions,
} from '../../../src/adapters/socketio/chat-server.js';
import {
  type ConnectionLimits,
  type ConnectionLimitsDependencies,
  createConnectionLimits,
} from '../../../src/adapters/socketio/connection-limits.js';
import { attachToHttpServer } from '../../../src/adapters/socketio/http-attachment.js';
import {
  attachSocketIoTransport,
  type SocketIoTransport,
  type SocketIoTransportDependencies,
} from '../../../src/adapters/socketio/transport.js';
import type { Application } from '../../../src/application/application.js';
import type { Session, Sessions } from '../../../src/application/sessions/sessions.js';
import { type MemoryApplicationOptions, openMemoryApplication } from '../../support/memory-application.js';
import { complaintsAboutAnswer, complaintsAboutEvent } from './conformance.js';

/** What `emitWithAck` answers, as a plain client sees it. */
export interface PlainAnswer {
  readonly ok: boolean;
  readonly error?: Readonly<Record<string, unknown>> & { readonly code: string; readonly message: string };
  readonly [key: string]: unknown;
}

/** Its methods, each with the session that they are of. */
function boundOf(session: Session): Session {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(session)) as (keyof Session)[];
  return Object.fromEntries(names.map((name) => [name, session[name].bind(session)])) as unknown as Session;
}

export interface ChatHarness {
  readonly url: string;
  readonly http: HttpServer;
  readonly io: ChatServer;
  readonly application: Application;
  readonly time: VirtualTime;
  readonly authenticator: MemoryAuthenticator;
  readonly logger: RecordingLogger;
  readonly metrics: RecordingMetrics;
  readonly transport: SocketIoTransport;
  /** A connected third-party client: untyped, on a WebSocket of its own unless told otherwise. */
  connect(options?: Partial<ManagerOptions & SocketOptions>): Promise<Socket>;
  /** Resolves when the server has seen them all go. */
  disconnectClients(): Promise<void>;
  close(): Promise<void>;
}

export interface ChatHarnessOptions {
  readonly memory?: MemoryApplicationOptions;
  readonly server?: Partial<SocketIoServerOptions>;
  readonly transport?: Pick<
    SocketIoTransportDependencies,
    'answerDeadlineMs' | 'drainLimitMs' | 'backlogLimits'
  >;
  /** Of one address; behind as many proxies as told. None when left out. */
  readonly connections?: Pick<ConnectionLimitsDependencies, 'maxConnectionsPerAddress' | 'trustedProxies'>;
  /** Wraps what the transport calls. */
  readonly sessions?: (own: Sessions) => Partial<Sessions>;
  /** Wraps what each connection may ask for. */
  readonly session?: (own: Session) => Partial<Session>;
  /** Whether closing fails when a client has been sent an event otherwise than described. It does when left out. */
  readonly describedOnly?: boolean;
}

/** The transport on a free port of 127.0.0.1 over the memory application. */
export async function openChat(options: ChatHarnessOptions = {}): Promise<ChatHarness> {
  let connectionLimits: ConnectionLimits | undefined;
  const io = createSocketIoServer({
    corsOrigin: [],
    connectionLimits: {
      atHandshake: async (...handshake) => (await connectionLimits?.atHandshake(...handshake)) ?? null,
    },
    ...options.server,
  });
  const memory = openMemoryApplication({
    ...options.memory,
    decorate: (ports) => ({
      broadcaster: createSocketIoBroadcaster(io),
      ...options.memory?.decorate?.(ports),
    }),
  });
  const { application, authenticator, logger, metrics, time } = memory;
  if (options.connections !== undefined) {
    const { rateLimiter } = memory.ports;
    connectionLimits = createConnectionLimits({
      rateLimiter,
      metrics,
      elsewhere: null,
      ...options.connections,
    });
  }
  const transport = attachSocketIoTransport({
    io,
    sessions: {
      ...application.sessions,
      open: (...connection) => {
        const session = application.sessions.open(...connection);
        return { ...boundOf(session), ...options.session?.(session) };
      },
      ...options.sessions?.(application.sessions),
    },
    logger,
    metrics,
    connectionLimits,
    ...options.transport,
  });
  const http = createServer((_request, response) => response.writeHead(404).end('not the chat'));
  attachToHttpServer(io, http);
  const url = await listen(http);
  const clients: Socket[] = [];
  const complaints: string[] = [];
  return {
    url,
    http,
    io,
    application,
    authenticator,
    time,
    logger,
    metrics,
    transport,
    connect: async (clientOptions) => {
      const socket = connectSocket(url, {
        forceNew: true,
        reconnection: false,
        transports: ['websocket'],
        ...clientOptions,
      });
      clients.push(socket);
      socket.onAny((event: string, ...payloads: unknown[]) => {
        complaints.push(...complaintsAboutEvent(event, payloads));
      });
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve);
        socket.once('connect_error', reject);
      });
      return socket;
    },
    disconnectClients: async () => {
      const gone = [...io.sockets.sockets.values()].map(
        (socket) => new Promise((resolve) => socket.once('disconnect', resolve)),
      );
      for (const socket of clients.splice(0)) socket.disconnect();
      await Promise.all(gone);
    },
    close: async () => {
      for (const socket of clients) socket.disconnect();
      await transport.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      if (options.describedOnly !== false && complaints.length > 0) throw new Error(complaints.join('\n'));
    },
  };
}

export async function listen(server: HttpServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

/** The next event of that name. */
export function next(socket: Socket, event: string): Promise<PlainPayload> {
  return new Promise((resolve) => socket.once(event, resolve));
}

export type PlainPayload = Readonly<Record<string, unknown>>;

/** Everything of that name that arrives from now on. */
export function collect(socket: Socket, event: string): PlainPayload[] {
  const received: PlainPayload[] = [];
  socket.on(event, (payload: PlainPayload) => received.push(payload));
  return received;
}

/** @throws when the answer is not as described. */
export async function ask(socket: Socket, event: string, ...parameters: unknown[]): Promise<PlainAnswer> {
  const answer: PlainAnswer = await socket.emitWithAck(event, ...parameters);
  const complaints = complaintsAboutAnswer(event, answer);
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
  return answer;
}

/** Resolves when all that the server sent to this socket before has arrived: a connection keeps its order. */
export async function roundTrip(socket: Socket): Promise<void> {
  await ask(socket, 'leave_consultation', 'nowhere');
}
