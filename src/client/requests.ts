import type { Socket } from 'socket.io-client';
import type { WireError } from '../protocol/wire.js';
import { isAboutIdentity } from './chat-error.js';
import { createTimer, type Environment } from './environment.js';
import { MAX_WAIT_FACTOR, PAGE_SILENCE_FACTOR } from './limits.js';
import type { Traffic } from './traffic.js';

export interface RequestsDependencies {
  readonly socket: Pick<Socket, 'connected' | 'emit'>;
  /** In ms. */
  readonly answerTimeoutMs: number;
  readonly environment: Environment;
  readonly traffic: (traffic: Traffic) => void;
  /** Closes the socket, because the server does not know, or no longer accepts, whose it is, as `refusal` says. */
  readonly disconnect: (refusal: WireError) => void;
  /** Closes the socket because requests on it get no answer. */
  readonly giveUp: (hasAnswered: boolean) => void;
}

/** The requests on one socket. Each of them is either answered or lost. */
export interface Requests {
  /** Sends a request. Never rejects; resolves with undefined when no answer will come. */
  request(event: string, payload: unknown): Promise<unknown>;
  /** Called when something has arrived over the socket. */
  heard(): void;
  /** Resolves every request that still waits with undefined, because no answer will come. */
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
  /** Whether any request on this connection has been answered. */
  let hasAnswered = false;

  /** Starts one timer for all requests, because anything that arrives shows that the socket works. */
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
    // This refusal is not about the request, which is sent again once the server knows who asks.
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
        // A token is shown to nobody.
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
