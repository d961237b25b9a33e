import type { Application } from '../../application/application.js';
import type { Logger } from '../../application/ports/logger.js';
import { type Refusal, refuse } from '../../application/refusal.js';
import type { Ack, JoinConsultationAnswer, SendMessageAnswer } from '../../protocol/wire.js';
import { type Exchange, refused } from './exchange.js';
import { clientMessageIdOf, parseJoin, parseLeave, parseSend, parseSenderClaim } from './requests.js';
import { toJoinAnswer, toSendAnswer } from './to-wire.js';
import { toWireError } from './wire-error.js';

/** Checks what was sent, asks the application and says what it answered. Rejects only where something failed. */
export type RequestHandler<Success> = (exchange: Exchange) => Promise<Ack<Success>>;

export interface RequestHandlers {
  readonly join: RequestHandler<JoinConsultationAnswer>;
  readonly leave: RequestHandler<{ readonly consultationId: string }>;
  readonly send: RequestHandler<SendMessageAnswer>;
  readonly unknown: RequestHandler<never>;
  readonly refuse: (exchange: Exchange, refusal: Refusal) => Ack<never>;
}

export interface RequestHandlerDependencies {
  readonly application: Pick<Application, 'joinConsultation' | 'leaveConsultation' | 'sendMessage'>;
  readonly logger: Logger;
}

export function createRequestHandlers(dependencies: RequestHandlerDependencies): RequestHandlers {
  const { application, logger } = dependencies;

  function refuseExchange(exchange: Exchange, refusal: Refusal): Ack<never> {
    const { label, connectionId, payload } = exchange;
    logger.debug('request.refused', { event: label, code: refusal.code, connectionId });
    return refused(toWireError(refusal, clientMessageIdOf(payload)));
  }

  return {
    join: async (exchange) => {
      const parsed = parseJoin(exchange.payload);
      if (parsed.outcome === 'refused') return refuseExchange(exchange, parsed);
      const { consultationId, after, sender } = parsed.request;
      const result = await application.joinConsultation({
        connectionId: exchange.connectionId,
        consultationId,
        after,
        sender: sender ?? parseSenderClaim(exchange.auth),
      });
      return result.outcome === 'refused'
        ? refuseExchange(exchange, result)
        : { ok: true, ...toJoinAnswer(result) };
    },
    leave: async (exchange) => {
      const parsed = parseLeave(exchange.payload);
      if (parsed.outcome === 'refused') return refuseExchange(exchange, parsed);
      const { consultationId } = parsed.request;
      application.leaveConsultation(exchange.connectionId, consultationId);
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
    unknown: async (exchange) =>
      refuseExchange(exchange, refuse('request.invalid', { field: 'event', reason: 'is not known here' })),
    refuse: refuseExchange,
  };
}
