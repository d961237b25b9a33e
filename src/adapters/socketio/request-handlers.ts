import type { Application } from '../../application/application.js';
import type { Logger } from '../../application/ports/logger.js';
import { type Refusal, refuse } from '../../application/refusal.js';
import type {
  Ack,
  GetMessagesAnswer,
  JoinConsultationAnswer,
  SendMessageAnswer,
} from '../../protocol/wire.js';
import { type Exchange, refused } from './exchange.js';
import {
  clientMessageIdOf,
  parseJoin,
  parseLeave,
  parseMarkRead,
  parsePage,
  parseSend,
  parseSenderClaim,
  parseTyping,
} from './requests.js';
import { toJoinAnswer, toPageAnswer, toSendAnswer } from './to-wire.js';
import { toWireError } from './wire-error.js';

/** Checks what was sent, asks the application and says what it answered. Rejects only where something failed. */
export type RequestHandler<Success> = (exchange: Exchange) => Promise<Ack<Success>>;

export interface RequestHandlers {
  readonly join: RequestHandler<JoinConsultationAnswer>;
  readonly leave: RequestHandler<{ readonly consultationId: string }>;
  readonly send: RequestHandler<SendMessageAnswer>;
  readonly getMessages: RequestHandler<GetMessagesAnswer>;
  readonly markRead: RequestHandler<{ readonly consultationId: string; readonly seq: number }>;
  readonly typing: RequestHandler<{ readonly consultationId: string }>;
  readonly unknown: RequestHandler<never>;
  readonly refuse: (exchange: Exchange, refusal: Refusal) => Ack<never>;
}

export interface RequestHandlerDependencies {
  readonly application: Pick<
    Application,
    'joinConsultation' | 'leaveConsultation' | 'sendMessage' | 'getMessages' | 'markRead' | 'setTyping'
  >;
  readonly logger: Logger;
}

export function createRequestHandlers(dependencies: RequestHandlerDependencies): RequestHandlers {
  const { application, logger } = dependencies;

  function refuseExchange(exchange: Exchange, refusal: Refusal): Ack<never> {
    const { label, connectionId, payload } = exchange;
    logger.debug('request.refused', { request: label, code: refusal.code, connectionId });
    return refused(toWireError(refusal, clientMessageIdOf(payload)));
  }

  return {
    join: async (exchange) => {
      const parsed = parseJoin(exchange.payload);
      if (parsed.outcome === 'refused') return refuseExchange(exchange, parsed);
      const { consultationId, after, sender } = parsed.request;
      const request = {
        connectionId: exchange.connectionId,
        consultationId,
        after,
        sender: sender ?? parseSenderClaim(exchange.auth),
      };
      const result = await exchange.turns.run(async () =>
        // A join that nobody waits for any more must not take effect late.
        exchange.isOpen() ? application.joinConsultation(request) : refuse('server.error'),
      );
      return result.outcome === 'refused'
        ? refuseExchange(exchange, result)
        : { ok: true, ...toJoinAnswer(result) };
    },
    leave: async (exchange) => {
      const parsed = parseLeave(exchange.payload);
      if (parsed.outcome === 'refused') return refuseExchange(exchange, parsed);
      const { consultationId } = parsed.request;
      const leave = () => application.leaveConsultation(exchange.connectionId, consultationId);
      leave();
      // A join that was sent before may still be under way, and must not outlast its leave.
      await exchange.turns.run(async () => leave());
      return { ok: true, consultationId };
    },
    send: async (exchange) => {
      const parsed = parseSend(exchange.payload);
      if (parsed.outcome === 'refused') return refuseExchange(exchange, parsed);
      const result = await application.sendMessage(parsed.request);
      return result.outcome === 'refused'
        ? refuseExchange(exchange, result)
        : { ok: true, ...toSendAnswer(result) };
    },
    getMessages: async (exchange) => {
      const parsed = parsePage(exchange.payload);
      if (parsed.outcome === 'refused') return refuseExchange(exchange, parsed);
      const result = await application.getMessages(parsed.request);
      return result.outcome === 'refused'
        ? refuseExchange(exchange, result)
        : { ok: true, ...toPageAnswer(result) };
    },
    markRead: async (exchange) => {
      const parsed = parseMarkRead(exchange.payload);
      if (parsed.outcome === 'refused') return refuseExchange(exchange, parsed);
      const { consultationId, seq } = parsed.request;
      const sender = parsed.request.sender ?? parseSenderClaim(exchange.auth);
      const { connectionId } = exchange;
      const before = exchange.turns.underWay();
      if (before !== null) await before;
      const result = await application.markRead({ connectionId, consultationId, seq, sender });
      return result.outcome === 'refused'
        ? refuseExchange(exchange, result)
        : { ok: true, consultationId, seq: result.seq };
    },
    typing: async (exchange) => {
      const parsed = parseTyping(exchange.payload);
      if (parsed.outcome === 'refused') return refuseExchange(exchange, parsed);
      // Sent right behind the join that it needs.
      const before = exchange.turns.underWay();
      if (before !== null) await before;
      const result = application.setTyping({ connectionId: exchange.connectionId, ...parsed.request });
      return result.outcome === 'refused'
        ? refuseExchange(exchange, result)
        : { ok: true, consultationId: parsed.request.consultationId };
    },
    unknown: async (exchange) =>
      refuseExchange(exchange, refuse('request.invalid', { field: 'event', reason: 'is not known here' })),
    refuse: refuseExchange,
  };
}
