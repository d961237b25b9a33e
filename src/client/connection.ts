import { io, type ManagerOptions, type SocketOptions } from 'socket.io-client';
import type { Sender } from '../protocol/wire.js';
import type { ChatError } from './chat-error.js';
import type { OpenSocket } from './client-socket.js';
import { createConnectionAttempts } from './connection-attempts.js';
import { type ConnectionState, isIdle } from './connection-state.js';
import { createCredentials, type Token } from './credentials.js';
import type { Environment } from './environment.js';
import { ANSWER_TIMEOUT_MS } from './limits.js';
import { createRenewal } from './renewal.js';
import { createRequestSocket } from './request-socket.js';
import type { Traffic } from './traffic.js';
import type { Transport } from './transport.js';

export interface ConnectionDependencies {
  readonly url: string;
  readonly token?: Token | undefined;
  readonly sender?: Sender | null;
  readonly socketOptions?: Partial<ManagerOptions & SocketOptions>;
  readonly answerTimeoutMs?: number;
  readonly environment: Environment;
  /** Given only by tests. */
  readonly openSocket?: OpenSocket;
  readonly stateChanged: (state: ConnectionState) => void;
  /** Called when the connection is up. By then `isUp` is true. */
  readonly connected: () => void;
  /**
   * Called when the connection is lost. By then `isUp` is false, and requests without an answer are about to resolve as
   * lost.
   */
  readonly connectionLost: () => void;
  /** Called with every event that the server sends, whatever its name. */
  readonly heard: (event: string, payload: object) => void;
  readonly traffic: (traffic: Traffic) => void;
  readonly problem: (error: unknown) => void;
}

export interface Connection extends Transport {
  state(): ConnectionState;
  connect(): void;
  /** Goes on with this token, and connects if the client is not online. */
  signIn(token: Token): void;
  disconnect(): void;
  close(): void;
}

/** A Socket.IO connection that comes back by itself, with delays of its own, and signs in with the token's identity. */
export function createConnection(dependencies: ConnectionDependencies): Connection {
  const { sender, environment, openSocket = io, answerTimeoutMs = ANSWER_TIMEOUT_MS } = dependencies;
  const credentials = createCredentials(dependencies.token, environment);
  const attempts = createConnectionAttempts({ ...dependencies, credentials, open });
  const { state, failed } = attempts;
  const socket = createRequestSocket({
    ...dependencies,
    openSocket,
    answerTimeoutMs,
    opened,
    failed,
    closed,
  });
  const authenticate = (fresh: string) => socket.request('authenticate', { token: fresh });
  const renewal = createRenewal({ ...dependencies, credentials, authenticate, startOver });

  /** The token with which this attempt, or this connection, began. */
  let token: string | undefined;

  function open(given: string | undefined): void {
    token = given;
    socket.open({ ...(sender && { sender }), ...(token && { token }) });
  }

  function opened(): void {
    attempts.opened();
    // A listener may have ended the connection.
    if (!socket.isUp()) return;
    renewal.start(token);
    dependencies.connected();
  }

  function closed(error: ChatError | undefined): void {
    renewal.stop();
    failed(error);
    dependencies.connectionLost();
  }

  /** Replaces the present connection, or the present attempt, by another one. */
  function startOver(): void {
    socket.close();
    attempts.start();
  }

  function stop(next: ConnectionState): void {
    if (state().state === 'closed') return;
    attempts.stop(next);
    socket.close();
  }

  return {
    isUp: socket.isUp,
    wake: () => {
      if (isIdle(state())) attempts.start();
    },
    request: socket.request,
    state,
    connect: () => {
      if (state().state === 'offline' || state().state === 'signed_out') attempts.start();
    },
    signIn: (token) => {
      if (state().state === 'closed') return;
      attempts.use(token);
      if (state().state === 'online') renewal.renew();
      else startOver();
    },
    disconnect: () => stop({ state: 'offline', willRetry: false }),
    close: () => stop({ state: 'closed' }),
  };
}
