import type { Socket } from 'socket.io-client';
import type { WireError } from '../protocol/wire.js';
import { isAboutIdentity } from './chat-error.js';
import { createTimer, type Environment } from './environment.js';
import { MAX_WAIT_FACTOR, PAGE_SILENCE_FACTOR } from './limits.js';

/** What went over the wire, for whoever wants to look: `answer` is an acknowledgement. Holds content: not for logs. */
export interface Traffic {
  readonly direction: 'in' | 'out' | 'answer';
  readonly event: string;
  readonly payload: unknown;
}

export interface RequestsDependencies {
  readonly socket: Pick<Socket, 'connected' | 'emit'>;
  /** ms */
  readonly answerTimeoutMs: number;
  readonly environment: Environment;
  readonly traffic: (traffic: Traffic) => void;
  /** Closes a socket that is no good: the server no longer knows whose it is, as `refusal` says. */
  readonly disconnect: (refusal: WireError) => void;
  /** Closes a socket that is no good: it swallows requests, or the server answers none of them. */
  readonly giveUp: (hasAnswered: boolean) => void;
}

/** The requests on one socket. Each of them is answered or lost. */
export interface Requests {
  /** Never rejects; resolves with undefined when no answer will come. */
  request(event: string, payload: unknown): Promise<unknown>;
  /** Something has arrived over the socket. */
  heard(): void;
  /** No request that is still waiting will be answered. */
  lose(): void;
}

interface Pending {
  readonly settle: (answer: unknown) => void;
  readonly isPage: boolean;
  readonly since: number;
}

export function createRequests(dependencies: RequestsDependencies): Requests {
  const { socket, environment, traffic, disconnect, giveUp, answerTimeoutMs } = dependencies;
  const pending = new Set<Pending>();
  const silence = createTimer(environment);
  let heardAt = 0;
  /** Whether any request on this connection was answered. */
  let hasAnswered = false;

  /** One timer for all requests: what arrives for one of them shows that the socket works for the others too. */
  function waitOn(): void {
    const [oldest] = pending;
    if (oldest === undefined) {
      silence.cancel();
      return;
    }
    const isForPage = [...pending].some(({ isPage }) => isPage);
    const silentMs = answerTimeoutMs * (isForPage ? PAGE_SILENCE_FACTOR : 1);
    const until = Math.min(
      Math.max(heardAt, oldest.since) + silentMs,
      oldest.since + answerTimeoutMs * MAX_WAIT_FACTOR,
    );
    const left = until - environment.now();
    if (left <= 0) giveUp(hasAnswered);
    else silence.start(Math.min(left, silentMs), waitOn);
  }

  function heard(): void {
    heardAt = environment.now();
  }

  function answered(entry: Pending, event: string, given: unknown): void {
    heard();
    hasAnswered = true;
    if (!pending.has(entry)) return;
    traffic({ direction: 'answer', event, payload: given });
    const answer = asAnswer(given);
    // This refusal is not about the request, which goes out again once the server knows who asks.
    if (!answer.ok && isAboutIdentity(answer.error) && event !== 'authenticate') {
      disconnect(answer.error);
      return;
    }
    pending.delete(entry);
    waitOn();
    entry.settle(answer);
  }

  return {
    request: (event, payload) => {
      if (!socket.connected) return Promise.resolve(undefined);
      return new Promise((resolve) => {
        const isPage = event === 'get_messages' || 'after' in Object(payload);
        const entry = { settle: resolve, isPage, since: environment.now() };
        pending.add(entry);
        if (!silence.isRunning() || isPage) waitOn();
        // Nobody gets to see a token.
        traffic({ direction: 'out', event, payload: event === 'authenticate' ? {} : payload });
        socket.emit(event, payload, (given: unknown) => answered(entry, event, given));
      });
    },
    heard,
    lose: () => {
      const lost = [...pending];
      hasAnswered = false;
      pending.clear();
      silence.cancel();
      for (const { settle } of lost) settle(undefined);
    },
  };
}

type Answer = { readonly ok: true } | { readonly ok: false; readonly error: WireError };

/** An answer that breaks the contract counts as a failure of the server. */
function asAnswer(given: unknown): Answer {
  const { ok, error } = (given ?? {}) as { ok?: unknown; error?: unknown };
  if (ok === true || (ok === false && refusalIn(error) !== undefined)) return given as Answer;
  return {
    ok: false,
    error: { code: 'server.error', message: 'The server gave no answer of the contract.' },
  };
}

export function refusalIn(data: unknown): WireError | undefined {
  const { code } = (data ?? {}) as { code?: unknown };
  return typeof code === 'string' ? (data as WireError) : undefined;
}
