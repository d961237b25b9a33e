import { io, type ManagerOptions, type SocketOptions } from 'socket.io-client';
import type { Sender, WireError } from '../protocol/wire.js';
import { createRetry } from './backoff.js';
import { ChatError, IDLE, isAboutIdentity, isPassing, refusedBy } from './chat-error.js';
import { createCredentials, type Token } from './credentials.js';
import type { Environment } from './environment.js';
import { ANSWER_TIMEOUT_MS, MAX_STALE_TOKENS, MAX_TOKEN_FAILURES, STABLE_CONNECTION_MS } from './limits.js';
import { createRenewal } from './renewal.js';
import { createRequestSocket, type OpenSocket } from './request-socket.js';
import type { Traffic } from './requests.js';
import type { Transport } from './transport.js';

/**
 * - `connecting`: an attempt is under way, or a token for it. `online`: there is a connection.
 * - `offline`: there is none. `willRetry` tells whether the next attempt comes by itself; it does not after
 *   `disconnect()`, and not after a definite refusal of the connection. `error` says why the server refused or closed it:
 *   one that it closed as unused (`connection.idle`) comes back with the next consultation, message or page that is wanted.
 * - `signed_out`: the server does not accept, or no longer accepts, who this is (`auth.*`), or there is no token to be had
 *   (`client.no_token`). Everything waits for `signIn(token)`, or for `connect()` to try the same way again.
 * - `closed`: for good.
 */
export type ConnectionState =
  | { readonly state: 'connecting' | 'online' | 'closed' }
  | { readonly state: 'offline'; readonly willRetry: boolean; readonly error?: ChatError }
  | { readonly state: 'signed_out'; readonly error: ChatError };

export interface ConnectionDependencies {
  readonly url: string;
  readonly token: Token | undefined;
  readonly sender: Sender | null;
  readonly socketOptions: Partial<ManagerOptions & SocketOptions>;
  readonly answerTimeoutMs?: number;
  readonly environment: Environment;
  /** Left out but in tests. */
  readonly openSocket?: OpenSocket;
  readonly stateChanged: (state: ConnectionState) => void;
  /** `isUp` is true. */
  readonly connected: () => void;
  /** `isUp` is false, and requests without an answer are about to resolve as lost. */
  readonly connectionLost: () => void;
  /** Whatever the server says, by any name. */
  readonly heard: (event: string, payload: object) => void;
  readonly traffic: (traffic: Traffic) => void;
  readonly problem: (error: unknown) => void;
}

export interface Connection extends Transport {
  state(): ConnectionState;
  connect(): void;
  /** From now on with this token; whoever was signed out, or had disconnected, connects. */
  signIn(token: Token): void;
  disconnect(): void;
  close(): void;
}

/** One Socket.IO connection that comes back by itself, with delays of its own making, as whoever the token says. */
export function createConnection(dependencies: ConnectionDependencies): Connection {
  const { url, sender, environment, openSocket = io, socketOptions, traffic, problem } = dependencies;
  const { answerTimeoutMs = ANSWER_TIMEOUT_MS, heard } = dependencies;
  const retry = createRetry(environment);
  const credentials = createCredentials(dependencies.token, environment);
  const socket = createRequestSocket({
    url,
    openSocket,
    socketOptions,
    answerTimeoutMs,
    environment,
    up,
    failed: (refusal) => {
      if (state.state === 'connecting') turnedAway(refusal);
    },
    down,
    heard,
    traffic,
  });
  const authenticate = (fresh: string) => socket.request('authenticate', { token: fresh });
  const renewal = createRenewal({ credentials, environment, authenticate, startOver, problem });
  let state: ConnectionState = { state: 'offline', willRetry: false };
  /** What this attempt, or this socket, began with. */
  let token: string | undefined;
  let tokenFailures = 0;
  let upSince = 0;

  function change(next: ConnectionState): void {
    if (state.state === 'closed') return;
    state = next;
    dependencies.stateChanged(next);
  }

  function up(): void {
    upSince = environment.now();
    tokenFailures = 0;
    change({ state: 'online' });
    // A listener may have ended it.
    if (!socket.isUp()) return;
    renewal.start(token);
    dependencies.connected();
  }

  function down(refusal: WireError | undefined): void {
    renewal.stop();
    const wasOnline = state.state === 'online';
    if (wasOnline && environment.now() - upSince >= STABLE_CONNECTION_MS) retry.reset();
    // Without having been online when the server lets the handshake go by unanswered.
    if (wasOnline || state.state === 'connecting') turnedAway(refusal);
    dependencies.connectionLost();
  }

  function comeBackLater(error?: ChatError): void {
    // First, as a listener may decide otherwise.
    retry.later(attempt, error?.refusal?.retryAfterMs);
    change({ state: 'offline', willRetry: true, ...(error && { error }) });
  }

  function tokenFailed(error: ChatError, most: number): void {
    tokenFailures += 1;
    if (tokenFailures < most) comeBackLater(error);
    else change({ state: 'signed_out', error });
  }

  /** There is no connection, or no longer; the server may have said why. */
  function turnedAway(refusal: WireError | undefined): void {
    const error = refusal && refusedBy(refusal);
    if (error === undefined || isPassing(error)) comeBackLater(error);
    else if (!isAboutIdentity(error)) change({ state: 'offline', willRetry: false, error });
    else if (error.code === 'auth.expired' && credentials.isRenewable()) tokenFailed(error, MAX_STALE_TOKENS);
    else change({ state: 'signed_out', error });
  }

  function attempt(): void {
    retry.cancel();
    if (state.state === 'closed') return;
    credentials.ask(
      (given) => {
        token = given;
        socket.open({ ...(sender && { sender }), ...(token && { token }) });
      },
      (cause) => {
        problem(cause);
        tokenFailed(
          new ChatError('client.no_token', 'There is no token to connect with.'),
          MAX_TOKEN_FAILURES,
        );
      },
    );
    change({ state: 'connecting' });
  }

  /** Another socket in the place of this one, or of this attempt. */
  function startOver(): void {
    socket.close();
    attempt();
  }

  function rest(next: ConnectionState): void {
    if (state.state === 'closed') return;
    retry.cancel();
    credentials.cancel();
    change(next);
    socket.close();
  }

  const forgetNetwork = whenNetworkIsBack(() => {
    // Where there was no network there was no token either.
    const isWithoutToken = state.state === 'signed_out' && state.error.code === 'client.no_token';
    if (isWithoutToken) tokenFailures = 0;
    if (isWithoutToken || (state.state === 'offline' && state.willRetry)) attempt();
  });

  return {
    isUp: socket.isUp,
    wake: () => {
      if (state.state === 'offline' && !state.willRetry && state.error?.code === IDLE) attempt();
    },
    request: socket.request,
    state: () => state,
    connect: () => {
      if (state.state === 'offline' || state.state === 'signed_out') attempt();
    },
    signIn: (next) => {
      if (state.state === 'closed') return;
      credentials.use(next);
      tokenFailures = 0;
      if (state.state === 'online') renewal.renew();
      else startOver();
    },
    disconnect: () => rest({ state: 'offline', willRetry: false }),
    close: () => {
      forgetNetwork();
      rest({ state: 'closed' });
    },
  };
}

/** Calls `run` whenever the device has its network back: no reason to wait any longer. @returns what stops that. */
function whenNetworkIsBack(run: () => void): () => void {
  const network = globalThis as Partial<Pick<EventTarget, 'addEventListener' | 'removeEventListener'>>;
  network.addEventListener?.('online', run);
  return () => network.removeEventListener?.('online', run);
}
