import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import type { Ack, Sender, ServerToClientEvents, WireError } from '../protocol/wire.js';
import { createRetry } from './backoff.js';
import { type ChatError, isPassing, refusedBy } from './chat-error.js';
import type { Environment } from './environment.js';
import { ANSWER_TIMEOUT_MS, CONNECT_TIMEOUT_MS, STABLE_CONNECTION_MS } from './limits.js';
import type { Link } from './link.js';

/**
 * - `connecting`: an attempt is under way. `online`: there is a connection.
 * - `offline`: there is none. `willRetry` tells whether the next attempt comes by itself; it does not after
 *   `disconnect()`, and not after the server has refused the connection itself, which `error` then says.
 * - `closed`: for good.
 */
export type ConnectionState =
  | { readonly state: 'connecting' | 'online' | 'closed' }
  | { readonly state: 'offline'; readonly willRetry: boolean; readonly error?: ChatError };

/** What went over the wire, for whoever wants to look: `answer` is an acknowledgement. Holds content: not for logs. */
export interface Traffic {
  readonly direction: 'in' | 'out' | 'answer';
  readonly event: string;
  readonly payload: unknown;
}

export type Token = string | (() => string | Promise<string>);

export interface ConnectionDependencies {
  readonly url: string;
  readonly token: Token | undefined;
  readonly sender: Sender | null;
  readonly socketOptions: Partial<ManagerOptions & SocketOptions>;
  readonly answerTimeoutMs?: number;
  readonly environment: Environment;
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
  disconnect(): void;
  close(): void;
}

interface Pending {
  readonly event: string;
  readonly settle: (answer: unknown) => void;
  readonly timer: unknown;
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
  const { url, environment, answerTimeoutMs = ANSWER_TIMEOUT_MS } = dependencies;
  const retry = createRetry(environment);
  const pending = new Set<Pending>();
  const socket: Socket = io(url, {
    timeout: CONNECT_TIMEOUT_MS,
    ...dependencies.socketOptions,
    forceNew: true,
    autoConnect: false,
    reconnection: false,
    auth: (give) => {
      const mine = attempts;
      // A token that comes after its attempt has failed must not speak for the next one.
      void handshake().then((auth) => void (mine === attempts && give(auth)));
    },
  });
  let attempts = 0;
  let state: ConnectionState = { state: 'offline', willRetry: false };
  let upSince = 0;

  function change(next: ConnectionState): void {
    if (state.state === 'closed') return;
    state = next;
    dependencies.stateChanged(next);
  }

  async function handshake(): Promise<object> {
    const { token, sender } = dependencies;
    const auth = sender === null ? {} : { sender };
    if (token === undefined) return auth;
    try {
      return { ...auth, token: typeof token === 'string' ? token : await token() };
    } catch (error) {
      // Without a token the server says what is wrong, and that can be told.
      dependencies.problem(error);
      return auth;
    }
  }

  function loseRequests(): void {
    const lost = [...pending];
    pending.clear();
    for (const { settle, timer } of lost) {
      environment.clearTimeout(timer);
      settle(undefined);
    }
  }

  function lost(): void {
    dependencies.lineLost();
    loseRequests();
  }

  function comeBackLater(retryAfterMs?: number): void {
    if (state.state === 'closed') return;
    change({ state: 'offline', willRetry: true });
    retry.later(attempt, retryAfterMs);
  }

  function attempt(): void {
    retry.cancel();
    attempts += 1;
    change({ state: 'connecting' });
    socket.connect();
  }

  socket.on('connect', () => {
    upSince = environment.now();
    change({ state: 'online' });
    dependencies.lineUp();
  });
  socket.on('connect_error', (error: Error & { readonly data?: unknown }) => {
    if (state.state !== 'connecting') return;
    const refusal = refusalIn(error.data);
    if (socket.active || refusal === undefined || isPassing(refusal)) comeBackLater(refusal?.retryAfterMs);
    else change({ state: 'offline', willRetry: false, error: refusedBy(refusal) });
  });
  socket.on('disconnect', () => {
    const wasOnline = state.state === 'online';
    if (wasOnline && environment.now() - upSince >= STABLE_CONNECTION_MS) retry.reset();
    // Without having been online when the server lets the handshake go by unanswered.
    if (wasOnline || state.state === 'connecting') comeBackLater();
    lost();
  });
  socket.onAny((event: string, payload: unknown) => {
    dependencies.traffic({ direction: 'in', event, payload });
    if (!isKnown(event) || typeof payload !== 'object' || payload === null) return;
    dependencies.heard(event, payload as never);
  });

  /** A line that swallows requests is broken, whatever it looks like; the next one takes over at once. */
  function giveUpLine(): void {
    socket.disconnect();
  }

  function request(event: string, payload: unknown): Promise<unknown> {
    if (!socket.connected) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const timer = environment.setTimeout(giveUpLine, answerTimeoutMs);
      const entry = { event, settle: resolve, timer };
      pending.add(entry);
      dependencies.traffic({ direction: 'out', event, payload });
      socket.emit(event, payload, (answer: unknown) => {
        if (!pending.delete(entry)) return;
        environment.clearTimeout(timer);
        dependencies.traffic({ direction: 'answer', event, payload: answer });
        resolve(asAnswer(answer));
      });
    });
  }

  const network = globalThis as Partial<Pick<EventTarget, 'addEventListener' | 'removeEventListener'>>;
  /** The device has its network back: no reason to wait any longer. */
  function networkIsBack(): void {
    if (state.state === 'offline' && state.willRetry) attempt();
  }
  network.addEventListener?.('online', networkIsBack);

  return {
    isUp: () => socket.connected,
    request: (event, payload) => request(event, payload) as Promise<Ack<never> | undefined>,
    state: () => state,
    connect: () => {
      if (state.state === 'offline') attempt();
    },
    disconnect: () => {
      if (state.state === 'closed') return;
      retry.cancel();
      change({ state: 'offline', willRetry: false });
      socket.disconnect();
    },
    close: () => {
      if (state.state === 'closed') return;
      retry.cancel();
      network.removeEventListener?.('online', networkIsBack);
      change({ state: 'closed' });
      socket.disconnect();
      loseRequests();
    },
  };
}

function isKnown(event: string): event is keyof ServerToClientEvents {
  return Object.hasOwn(EVENTS, event);
}

/** What is no answer of the contract counts as a server that failed. */
function asAnswer(answer: unknown): unknown {
  const { ok, error } = (answer ?? {}) as { ok?: unknown; error?: unknown };
  if (ok === true || (ok === false && refusalIn(error) !== undefined)) return answer;
  return {
    ok: false,
    error: { code: 'server.error', message: 'The server gave no answer of the contract.' },
  };
}

function refusalIn(data: unknown): WireError | undefined {
  if (typeof data !== 'object' || data === null || !('code' in data) || typeof data.code !== 'string') {
    return undefined;
  }
  return data as WireError;
}
