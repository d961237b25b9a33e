import type { Application } from '../../application/application.js';
import type { Logger } from '../../application/ports/logger.js';
import { type Refusal, refuse } from '../../application/refusal.js';
import type { Ack, JoinConsultationAnswer, SendMessageAnswer } from '../../protocol/wire.js';
import { createAnswerDeadlines } from './answer-deadlines.js';
import type { ChatServer, ChatSocket } from './chat-server.js';
import { answer, type Exchange, openExchange, refused } from './exchange.js';
import { clientMessageIdOf, parseJoin, parseLeave, parseSend, parseSenderClaim } from './requests.js';
import { toJoinAnswer, toSendAnswer } from './to-wire.js';
import { serverError, toWireError } from './wire-error.js';

/** Within this time every request is answered, with `server.error` if need be; clients are promised 5 s. */
export const ANSWER_DEADLINE_MS = 4_500;
/** How long closing waits for requests that are under way. */
export const DRAIN_LIMIT_MS = 1_000;
const RETRY_AFTER_CLOSING_MS = 1_000;

export interface SocketIoTransportDependencies {
  readonly io: ChatServer;
  readonly application: Pick<
    Application,
    'connect' | 'disconnect' | 'joinConsultation' | 'leaveConsultation' | 'sendMessage'
  >;
  readonly logger: Logger;
  /** In ms; `ANSWER_DEADLINE_MS` unless told. */
  readonly answerDeadlineMs?: number;
  /** In ms; `DRAIN_LIMIT_MS` unless told. */
  readonly drainLimitMs?: number;
}

export interface SocketIoTransport {
  /**
   * Refuses new requests, waits for those under way within a limit, then closes every connection so that clients come
   * back by themselves. The HTTP server stays open: whoever opened it closes it.
   */
  close(): Promise<void>;
}

type Work<Success> = (exchange: Exchange) => Promise<Ack<Success>>;

/** Hands what connections ask for to the application, and its answers back. */
export function attachSocketIoTransport(dependencies: SocketIoTransportDependencies): SocketIoTransport {
  const { io, application, logger, drainLimitMs = DRAIN_LIMIT_MS } = dependencies;
  const deadlines = createAnswerDeadlines(dependencies.answerDeadlineMs ?? ANSWER_DEADLINE_MS);
  const underWay = createUnderWay();
  let closing = false;

  function perform<Success>(exchange: Exchange, work: Work<Success>): void {
    if (closing) {
      const refusal = refuse('server.overloaded', { retryAfterMs: RETRY_AFTER_CLOSING_MS });
      answer(exchange, refusalOf(exchange, refusal));
      return;
    }
    const { event, socket } = exchange;
    let answered = false;
    const answerOnce = (content: Ack<object>): void => {
      if (answered) return;
      answered = true;
      answer(exchange, content);
    };
    const fail = (error: unknown): void => {
      logger.error('request.failed', error, { event, connectionId: socket.id });
      answerOnce(refused(serverError(clientMessageIdOf(exchange.payload))));
    };
    const pending = deadlines.start(() => {
      logger.warn('request.timed_out', { event, connectionId: socket.id });
      answerOnce(refused(serverError(clientMessageIdOf(exchange.payload))));
    });
    underWay.began();
    work(exchange)
      .then(answerOnce, fail)
      .catch(fail)
      .finally(() => {
        deadlines.settle(pending);
        underWay.ended();
      });
  }

  function refusalOf(exchange: Exchange, refusal: Refusal): Ack<never> {
    const { event, socket, payload } = exchange;
    logger.debug('request.refused', { event, code: refusal.code, connectionId: socket.id });
    return refused(toWireError(refusal, clientMessageIdOf(payload)));
  }

  const join: Work<JoinConsultationAnswer> = async (exchange) => {
    const { socket } = exchange;
    const parsed = parseJoin(exchange.payload);
    if (parsed.outcome === 'refused') return refusalOf(exchange, parsed);
    const { consultationId, after, sender } = parsed.request;
    const result = await application.joinConsultation({
      connectionId: socket.id,
      consultationId,
      after,
      sender: sender ?? parseSenderClaim(socket.handshake.auth),
    });
    return result.outcome === 'refused' ? refusalOf(exchange, result) : { ok: true, ...toJoinAnswer(result) };
  };

  const leave: Work<{ consultationId: string }> = async (exchange) => {
    const parsed = parseLeave(exchange.payload);
    if (parsed.outcome === 'refused') return refusalOf(exchange, parsed);
    const { consultationId } = parsed.request;
    application.leaveConsultation(exchange.socket.id, consultationId);
    return { ok: true, consultationId };
  };

  const send: Work<SendMessageAnswer> = async (exchange) => {
    const parsed = parseSend(exchange.payload);
    if (parsed.outcome === 'refused') return refusalOf(exchange, parsed);
    const result = await application.sendMessage(parsed.request);
    return result.outcome === 'refused' ? refusalOf(exchange, result) : { ok: true, ...toSendAnswer(result) };
  };

  const refuseUnknown: Work<never> = async (exchange) =>
    refusalOf(exchange, refuse('request.invalid', { field: 'event', reason: 'is not known here' }));

  function serve(socket: ChatSocket): void {
    const connectionId = socket.id;
    const inTurn = createTurns();
    // The names as a client sends them; typed loosely because nothing that a client sends can be relied on.
    socket.on('join_consultation', (...parameters: unknown[]) => {
      perform(openExchange(socket, 'join_consultation', parameters), (exchange) =>
        inTurn(() => join(exchange)),
      );
    });
    socket.on('leave_consultation', (...parameters: unknown[]) => {
      perform(openExchange(socket, 'leave_consultation', parameters), (exchange) =>
        inTurn(() => leave(exchange)),
      );
    });
    socket.on('send_message', (...parameters: unknown[]) => {
      perform(openExchange(socket, 'send_message', parameters), send);
    });
    socket.onAny((event: unknown, ...parameters: unknown[]) => {
      if (!isListenedTo(socket, event)) perform(openExchange(socket, event, parameters), refuseUnknown);
    });
    socket.on('disconnect', (reason) => {
      logger.debug('connection.closed', { connectionId, reason });
      attempt('connection.close_failed', connectionId, () => application.disconnect(connectionId));
    });
    logger.debug('connection.opened', { connectionId });
    attempt('connection.open_failed', connectionId, () => application.connect(connectionId));
  }

  function attempt(failure: string, connectionId: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      logger.error(failure, error, { connectionId });
    }
  }

  io.on('connection', serve);
  return {
    close: async () => {
      closing = true;
      await underWay.settled(drainLimitMs);
      await io.close();
    },
  };
}

/** A host application may listen to events of its own. Socket.IO itself listens to `error` on each socket. */
function isListenedTo(socket: ChatSocket, event: unknown): boolean {
  return (
    typeof event === 'string' && event !== 'error' && socket.listeners(event as 'send_message').length > 0
  );
}

/** Runs what it is given one after the other: joins and leaves of a connection take effect as they were sent. */
function createTurns(): <Result>(task: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const result = last.then(task);
    last = result.catch(() => undefined);
    return result;
  };
}

interface UnderWay {
  began(): void;
  ended(): void;
  /** Resolves when nothing is under way, or after `limitMs`. */
  settled(limitMs: number): Promise<void>;
}

function createUnderWay(): UnderWay {
  let count = 0;
  let whenNone: (() => void) | undefined;
  return {
    began: () => {
      count += 1;
    },
    ended: () => {
      count -= 1;
      if (count === 0) whenNone?.();
    },
    settled: async (limitMs) => {
      if (count === 0) return;
      await new Promise<void>((resolve) => {
        const limit = setTimeout(resolve, limitMs);
        whenNone = () => {
          clearTimeout(limit);
          resolve();
        };
      });
    },
  };
}
