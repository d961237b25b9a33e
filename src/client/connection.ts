import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import type { Ack, Sender, ServerToClientEvents, WireError } from '../protocol/wire.js';
import { createRetry } from './backoff.js';
import { ChatError, isAboutIdentity, isPassing, refusedBy } from './chat-error.js';
import { createCredentials, type Token } from './credentials.js';
import type { Environment } from './environment.js';
import {
  ANSWER_TIMEOUT_MS,
  CONNECT_TIMEOUT_MS,
  MAX_STALE_TOKENS,
  MAX_TOKEN_FAILURES,
  STABLE_CONNECTION_MS,
} from './limits.js';
import type { Link } from './link.js';
import { createRenewal } from './renewal.js';
import { createRequests, refusalIn, type Traffic } from './requests.js';

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

/** What is used of a socket of socket.io-client. */
export type ClientSocket = Pick<
  Socket,
  'connected' | 'active' | 'auth' | 'on' | 'onAny' | 'emit' | 'connect' | 'disconnect'
>;

export interface ConnectionDependencies {
  readonly url: string;
  readonly token: Token | undefined;
  readonly sender: Sender | null;
  readonly socketOptions: Partial<ManagerOptions & SocketOptions>;
  readonly answerTimeoutMs?: number;
  readonly environment: Environment;
  /** Left out but in tests. */
  readonly openSocket?: (url: string, options: Partial<ManagerOptions & SocketOptions>) => ClientSocket;
  readonly stateChanged: (state: ConnectionState) => void;
  /** `isUp` is true. */
  readonly lineUp: () => void;
  /** `isUp` is false, and requests without an answer are about to resolve as lost. */
  readonly lineLost: () => void;
  readonly heard: <Event extends keyof ServerToClientEvents>(
    event: Event,
    payload: Parameters<ServerToClientEvents[Event]>[0],
  ) => void;
  readonly traffic: (traffic: Traffic) => void;
  readonly problem: (error: unknown) => void;
}

export interface Connection extends Link {
  state(): ConnectionState;
  connect(): void;
  /** From now on with this token; whoever was signed out, or had disconnected, connects. */
  signIn(token: Token): void;
  disconnect(): void;
  close(): void;
}

const EVENTS: Readonly<Record<keyof ServerToClientEvents, true>> = {
  new_message: true,
  doctor_ready: true,
  doctor_away: true,
  user_joined: true,
  user_left: true,
  typing: true,
  messages_read: true,
  consultation_head: true,
  consultation_updated: true,
  error: true,
};

/** One Socket.IO connection that comes back by itself, with delays of its own making, and answers each request or loses it. */
export function createConnection(dependencies: ConnectionDependencies): Connection {
  const { url, sender, environment, openSocket = io, traffic, problem } = dependencies;
  const retry = createRetry(environment);
  const credentials = createCredentials(dependencies.token, environment);
  const socket = openSocket(url, {
    timeout: CONNECT_TIMEOUT_MS,
    ...dependencies.socketOptions,
    forceNew: true,
    autoConnect: false,
    reconnection: false,
  });
  const requests = createRequests({
    socket,
    answerTimeoutMs: dependencies.answerTimeoutMs ?? ANSWER_TIMEOUT_MS,
    environment,
    traffic,
    endLine,
  });
  const request: Link['request'] = (event, payload) =>
    requests.request(event, payload) as Promise<Ack<never> | undefined>;
  const renewal = createRenewal({
    credentials,
    environment,
    authenticate: (token) => request('authenticate', { token }),
    startOver,
    problem,
  });
  let state: ConnectionState = { state: 'offline', willRetry: false };
  /** What this attempt, or this line, began with. */
  let token: string | undefined;
  let tokenFailures = 0;
  let upSince = 0;
  /** Why the line is being ended here, where the server said so. */
  let verdict: WireError | undefined;

  function change(next: ConnectionState): void {
    if (state.state === 'closed') return;
    state = next;
    dependencies.stateChanged(next);
  }

  function comeBackLater(error?: ChatError): void {
    if (state.state === 'closed') return;
    // First, as a listener may decide otherwise.
    retry.later(attempt, error?.refusal?.retryAfterMs);
    change({ state: 'offline', willRetry: true, ...(error === undefined ? {} : { error }) });
  }

  function tokenFailed(error: ChatError, most: number): void {
    tokenFailures += 1;
    if (tokenFailures < most) comeBackLater(error);
    else change({ state: 'signed_out', error });
  }

  /** The server has refused the connection, or put an end to it. */
  function turnedAway(error: ChatError): void {
    if (isPassing(error)) comeBackLater(error);
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
        socket.auth = { ...(sender === null ? {} : { sender }), ...(token ? { token } : {}) };
        socket.connect();
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

  /** Another line in the place of this one, or of this attempt. */
  function startOver(): void {
    socket.disconnect();
    attempt();
  }

  /** A line that swallows requests is broken, whatever it looks like; the next one takes over. */
  function endLine(refusal?: WireError): void {
    verdict = refusal;
    socket.disconnect();
    verdict = undefined;
  }

  function stop(): void {
    retry.cancel();
    credentials.cancel();
  }

  socket.on('connect', () => {
    upSince = environment.now();
    tokenFailures = 0;
    change({ state: 'online' });
    if (!socket.connected) return;
    renewal.start(token);
    dependencies.lineUp();
  });
  socket.on('connect_error', (error: Error & { readonly data?: unknown }) => {
    if (state.state !== 'connecting') return;
    const refusal = refusalIn(error.data);
    if (socket.active || refusal === undefined) comeBackLater();
    else turnedAway(refusedBy(refusal));
  });
  socket.on('disconnect', () => {
    renewal.stop();
    const wasOnline = state.state === 'online';
    if (wasOnline && environment.now() - upSince >= STABLE_CONNECTION_MS) retry.reset();
    // Without having been online when the server lets the handshake go by unanswered.
    if (wasOnline || state.state === 'connecting') {
      if (verdict === undefined) comeBackLater();
      else turnedAway(refusedBy(verdict));
    }
    dependencies.lineLost();
    requests.lose();
  });
  socket.onAny((event: string, payload: unknown) => {
    traffic({ direction: 'in', event, payload });
    if (!isKnown(event) || typeof payload !== 'object' || payload === null) return;
    const refusal = event === 'error' ? refusalIn(payload) : undefined;
    if (refusal !== undefined && isFarewell(refusal)) endLine(refusal);
    else dependencies.heard(event, payload as never);
  });

  const network = globalThis as Partial<Pick<EventTarget, 'addEventListener' | 'removeEventListener'>>;
  /** The device has its network back: no reason to wait any longer. */
  function networkIsBack(): void {
    const isWaiting = state.state === 'offline' && state.willRetry;
    // Where there was no network there was no token either.
    const isWithoutToken = state.state === 'signed_out' && state.error.code === 'client.no_token';
    if (isWithoutToken) tokenFailures = 0;
    if (isWaiting || isWithoutToken) attempt();
  }
  network.addEventListener?.('online', networkIsBack);

  return {
    isUp: () => socket.connected,
    wake: () => {
      if (state.state === 'offline' && state.error?.code === 'connection.idle' && !state.willRetry) attempt();
    },
    request,
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
    disconnect: () => {
      if (state.state === 'closed') return;
      stop();
      change({ state: 'offline', willRetry: false });
      socket.disconnect();
    },
    close: () => {
      if (state.state === 'closed') return;
      stop();
      network.removeEventListener?.('online', networkIsBack);
      change({ state: 'closed' });
      socket.disconnect();
      requests.lose();
    },
  };
}

/** The server closes the connection with these words. */
function isFarewell(refusal: WireError): boolean {
  return isAboutIdentity(refusal) || refusal.code === 'connection.idle';
}

function isKnown(event: string): event is keyof ServerToClientEvents {
  return Object.hasOwn(EVENTS, event);
}
