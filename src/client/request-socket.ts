import type { ManagerOptions, Socket, SocketOptions } from 'socket.io-client';
import type { Ack, WireError } from '../protocol/wire.js';
import { type ChatError, IDLE, isAboutIdentity, refusedBy } from './chat-error.js';
import type { Environment } from './environment.js';
import { CONNECT_TIMEOUT_MS } from './limits.js';
import { createRequests, refusalIn, type Traffic } from './requests.js';
import type { Transport } from './transport.js';
import { wrongAddress } from './wrong-address.js';

/** The part of a socket of socket.io-client that the library uses. */
export type ClientSocket = Pick<
  Socket,
  'connected' | 'active' | 'auth' | 'on' | 'onAny' | 'emit' | 'connect' | 'disconnect'
>;
export type OpenSocket = (url: string, options: Partial<ManagerOptions & SocketOptions>) => ClientSocket;

export interface RequestSocketDependencies {
  readonly url: string;
  readonly openSocket: OpenSocket;
  readonly socketOptions?: Partial<ManagerOptions & SocketOptions>;
  /** ms */
  readonly answerTimeoutMs: number;
  readonly environment: Environment;
  readonly opened: () => void;
  /** The attempt to open the socket failed, or the server refused it; undefined where nobody knows why. */
  readonly failed: (error: ChatError | undefined) => void;
  /** The socket has closed; requests without an answer are lost right after this call. The server may have said why. */
  readonly closed: (refusal: WireError | undefined) => void;
  readonly heard: (event: string, payload: object) => void;
  readonly traffic: (traffic: Traffic) => void;
}

/** One socket, which never comes back by itself, and the requests that go over it. */
export interface RequestSocket {
  isUp(): boolean;
  /** @param auth for the handshake. */
  open(auth: { readonly [key: string]: unknown }): void;
  /** Calls `closed` before it returns, if the socket was up. */
  close(): void;
  readonly request: Transport['request'];
}

export function createRequestSocket(dependencies: RequestSocketDependencies): RequestSocket {
  const socket = dependencies.openSocket(dependencies.url, {
    timeout: CONNECT_TIMEOUT_MS,
    ...dependencies.socketOptions,
    forceNew: true,
    autoConnect: false,
    reconnection: false,
  });
  const requests = createRequests({ ...dependencies, socket, disconnect });
  /** Why the library itself is closing the socket at this moment, if the server said so. */
  let reason: WireError | undefined;

  function disconnect(refusal?: WireError): void {
    reason = refusal;
    socket.disconnect();
    reason = undefined;
  }

  socket.on('connect', dependencies.opened);
  socket.on('connect_error', (error: Error & { readonly data?: unknown }) => {
    const refusal = socket.active ? undefined : refusalIn(error.data);
    dependencies.failed(refusal === undefined ? wrongAddress(error) : refusedBy(refusal));
  });
  socket.on('disconnect', () => {
    dependencies.closed(reason);
    requests.lose();
  });
  socket.onAny((event: string, payload: unknown) => {
    requests.heard();
    dependencies.traffic({ direction: 'in', event, payload });
    const refusal = event === 'error' ? refusalIn(payload) : undefined;
    if (refusal && isFarewell(refusal)) disconnect(refusal);
    else if (typeof payload === 'object' && payload !== null) dependencies.heard(event, payload);
  });

  return {
    isUp: () => socket.connected,
    open: (auth) => {
      socket.auth = auth;
      socket.connect();
    },
    close: disconnect,
    request: (event, payload) => requests.request(event, payload) as Promise<Ack<never> | undefined>,
  };
}

/** After such an `error` event the server closes the connection. */
function isFarewell(refusal: WireError): boolean {
  return isAboutIdentity(refusal) || refusal.code === IDLE;
}
