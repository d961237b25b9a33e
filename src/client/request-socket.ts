import type { ManagerOptions, SocketOptions } from 'socket.io-client';
import type { Ack, WireError } from '../protocol/wire.js';
import { ChatError, IDLE, isAboutIdentity, refusedBy } from './chat-error.js';
import type { OpenSocket } from './client-socket.js';
import { type ConnectFailure, isOfWebSocket, reasonOf } from './connect-failure.js';
import type { Environment } from './environment.js';
import { CONNECT_TIMEOUT_MS } from './limits.js';
import { createPlainHandshake } from './plain-handshake.js';
import { createRequests, refusalIn } from './requests.js';
import type { Traffic } from './traffic.js';
import type { Transport } from './transport.js';

export interface RequestSocketDependencies {
  readonly url: string;
  readonly openSocket: OpenSocket;
  readonly socketOptions?: Partial<ManagerOptions & SocketOptions>;
  /** In ms. */
  readonly answerTimeoutMs: number;
  readonly environment: Environment;
  readonly opened: () => void;
  /**
   * Called when the attempt to open the socket failed, or the server refused it. `error` is undefined if nobody knows
   * why.
   */
  readonly failed: (error: ChatError | undefined) => void;
  /**
   * Called when the socket has closed. Requests without an answer are lost right after this call. `error` is set if
   * the server said why.
   */
  readonly closed: (error: ChatError | undefined) => void;
  readonly heard: (event: string, payload: object) => void;
  readonly traffic: (traffic: Traffic) => void;
}

/** One socket, which does not come back by itself, and the requests that go over it. */
export interface RequestSocket {
  isUp(): boolean;
  /** @param auth for the handshake. */
  open(auth: { readonly [key: string]: unknown }): void;
  /** Closes the socket. If it was up, `closed` is called before this returns. */
  close(): void;
  readonly request: Transport['request'];
}

export function createRequestSocket(dependencies: RequestSocketDependencies): RequestSocket {
  const openSocket = (options: RequestSocketDependencies['socketOptions'] = {}) =>
    dependencies.openSocket(dependencies.url, {
      timeout: CONNECT_TIMEOUT_MS,
      ...dependencies.socketOptions,
      ...options,
      forceNew: true,
      autoConnect: false,
      reconnection: false,
    });
  const socket = openSocket();
  const plainHandshake = createPlainHandshake(() => openSocket({ transports: ['polling'], upgrade: false }));
  const requests = createRequests({
    ...dependencies,
    socket,
    disconnect: (refusal) => close(refusedBy(refusal)),
    giveUp: (hasAnswered) =>
      close(
        hasAnswered
          ? undefined
          : new ChatError('client.not_a_chat', 'The server at this URL answers nothing that a chat would.'),
      ),
  });
  /** Why the library itself is closing the socket at this moment. */
  let reason: ChatError | undefined;

  function close(error?: ChatError): void {
    plainHandshake.cancel();
    reason = error;
    socket.disconnect();
    reason = undefined;
  }

  socket.on('connect', dependencies.opened);
  socket.on('connect_error', (error: ConnectFailure & { readonly data?: unknown }) => {
    const refusal = socket.active ? undefined : refusalIn(error.data);
    if (isOfWebSocket(error)) plainHandshake.ask(dependencies.failed);
    else dependencies.failed(refusal ? refusedBy(refusal) : reasonOf(error));
  });
  socket.on('disconnect', () => {
    plainHandshake.cancel();
    dependencies.closed(reason);
    requests.lose();
  });
  socket.onAny((event: string, payload: unknown) => {
    requests.heard();
    dependencies.traffic({ direction: 'in', event, payload });
    const refusal = event === 'error' ? refusalIn(payload) : undefined;
    if (refusal && isFarewell(refusal)) close(refusedBy(refusal));
    else if (typeof payload === 'object' && payload !== null) dependencies.heard(event, payload);
  });

  return {
    isUp: () => socket.connected,
    open: (auth) => {
      socket.auth = auth;
      socket.connect();
    },
    close: () => close(),
    request: (event, payload) => requests.request(event, payload) as Promise<Ack<never> | undefined>,
  };
}

/** Whether the server closes the connection after such an `error` event. */
function isFarewell(refusal: WireError): boolean {
  return isAboutIdentity(refusal) || refusal.code === IDLE;
}
