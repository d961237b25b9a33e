import type { ManagerOptions, Socket, SocketOptions } from 'socket.io-client';
import type { Ack, WireError } from '../protocol/wire.js';
import { IDLE, isAboutIdentity } from './chat-error.js';
import type { Environment } from './environment.js';
import { CONNECT_TIMEOUT_MS } from './limits.js';
import { createRequests, refusalIn, type Traffic } from './requests.js';
import type { Transport } from './transport.js';

/** What is used of a socket of socket.io-client. */
export type ClientSocket = Pick<
  Socket,
  'connected' | 'active' | 'auth' | 'on' | 'onAny' | 'emit' | 'connect' | 'disconnect'
>;
export type OpenSocket = (url: string, options: Partial<ManagerOptions & SocketOptions>) => ClientSocket;

export interface RequestSocketDependencies {
  readonly url: string;
  readonly openSocket: OpenSocket;
  readonly socketOptions: Partial<ManagerOptions & SocketOptions>;
  /** ms */
  readonly answerTimeoutMs: number;
  readonly environment: Environment;
  readonly up: () => void;
  /** There is no line after all: the attempt failed, or was refused. */
  readonly failed: (refusal: WireError | undefined) => void;
  /** It is down; what has no answer yet is lost behind this. The server may have said why. */
  readonly down: (refusal: WireError | undefined) => void;
  readonly heard: (event: string, payload: object) => void;
  readonly traffic: (traffic: Traffic) => void;
}

/** A socket that never comes back by itself, and what is asked over it. */
export interface RequestSocket {
  isUp(): boolean;
  /** @param auth for the handshake. */
  open(auth: { readonly [key: string]: unknown }): void;
  /** Calls `down` before it returns, where it was up. */
  close(): void;
  readonly request: Transport['request'];
}

export function createRequestSocket(dependencies: RequestSocketDependencies): RequestSocket {
  const { answerTimeoutMs, environment, traffic } = dependencies;
  const socket = dependencies.openSocket(dependencies.url, {
    timeout: CONNECT_TIMEOUT_MS,
    ...dependencies.socketOptions,
    forceNew: true,
    autoConnect: false,
    reconnection: false,
  });
  const requests = createRequests({ socket, answerTimeoutMs, environment, traffic, disconnect });
  /** Why the line is being closed here, where the server said so. */
  let verdict: WireError | undefined;

  function disconnect(refusal?: WireError): void {
    verdict = refusal;
    socket.disconnect();
    verdict = undefined;
  }

  socket.on('connect', dependencies.up);
  socket.on('connect_error', (error: Error & { readonly data?: unknown }) => {
    dependencies.failed(socket.active ? undefined : refusalIn(error.data));
  });
  socket.on('disconnect', () => {
    dependencies.down(verdict);
    requests.lose();
  });
  socket.onAny((event: string, payload: unknown) => {
    requests.heard();
    traffic({ direction: 'in', event, payload });
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

/** The server closes the connection with these words. */
function isFarewell(refusal: WireError): boolean {
  return isAboutIdentity(refusal) || refusal.code === IDLE;
}
