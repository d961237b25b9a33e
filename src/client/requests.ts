import type { Socket } from 'socket.io-client';
import type { WireError } from '../protocol/wire.js';
import { isAboutIdentity } from './chat-error.js';
import type { Environment } from './environment.js';

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
  /** The line is no good: it swallows requests, or the server no longer knows whose it is, as `refusal` says. */
  readonly endLine: (refusal?: WireError) => void;
}

/** Requests on one line, each of which is answered or lost. */
export interface Requests {
  /** Never rejects; undefined when no answer comes any more. */
  request(event: string, payload: unknown): Promise<unknown>;
  /** Nothing that is on the way will be answered. */
  lose(): void;
}

interface Pending {
  readonly settle: (answer: unknown) => void;
  readonly timer: unknown;
}

export function createRequests(dependencies: RequestsDependencies): Requests {
  const { socket, environment, traffic, endLine } = dependencies;
  const pending = new Set<Pending>();

  function answered(entry: Pending, event: string, given: unknown): void {
    if (!pending.has(entry)) return;
    traffic({ direction: 'answer', event, payload: given });
    const answer = asAnswer(given);
    // Says nothing about the request, which goes out again once the server knows who asks.
    if (!answer.ok && isAboutIdentity(answer.error) && event !== 'authenticate') {
      endLine(answer.error);
      return;
    }
    pending.delete(entry);
    environment.clearTimeout(entry.timer);
    entry.settle(answer);
  }

  return {
    request: (event, payload) => {
      if (!socket.connected) return Promise.resolve(undefined);
      return new Promise((resolve) => {
        const timer = environment.setTimeout(() => endLine(), dependencies.answerTimeoutMs);
        const entry = { settle: resolve, timer };
        pending.add(entry);
        // A token is nobody's to look at.
        traffic({ direction: 'out', event, payload: event === 'authenticate' ? {} : payload });
        socket.emit(event, payload, (given: unknown) => answered(entry, event, given));
      });
    },
    lose: () => {
      const lost = [...pending];
      pending.clear();
      for (const { settle, timer } of lost) {
        environment.clearTimeout(timer);
        settle(undefined);
      }
    },
  };
}

type Answer = { readonly ok: true } | { readonly ok: false; readonly error: WireError };

/** What is no answer of the contract counts as a server that failed. */
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
