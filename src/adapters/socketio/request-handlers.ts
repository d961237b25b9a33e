import { type Refusal, refuse } from '../../application/answers/refusal.js';
import type { Logger } from '../../application/ports/logger.js';
import type {
  Ack,
  AuthenticateAnswer,
  GetMessagesAnswer,
  JoinConsultationAnswer,
  SendMessageAnswer,
} from '../../protocol/wire.js';
import { type Exchange, refused } from './exchange.js';
import {
  clientMessageIdOf,
  parseAuthenticate,
  parseJoin,
  parseLeave,
  parseMarkRead,
  parsePage,
  parseSend,
  parseSenderClaim,
  parseTyping,
} from './requests.js';
import { toAuthenticateAnswer, toJoinAnswer, toPageAnswer, toSendAnswer } from './to-wire.js';
import { toWireError } from './wire-error.js';

/** Checks what was sent, asks the application and says what it answered. Rejects only where something failed. */
export type RequestHandler<Success> = (exchange: Exchange) => Promise<Ack<Success>>;

/** Of a page, to a connection that has not read what it was sent before: by then it may have. */
const READ_FIRST = refuse('rate.limited', { retryAfterMs: 1_000 });

/** Nobody hears how it went well. */
const UNHEARD = { ok: true } as const;

export interface RequestHandlers {
  readonly authenticate: RequestHandler<AuthenticateAnswer>;
  readonly join: RequestHandler<JoinConsultationAnswer>;
  readonly leave: RequestHandler<{ readonly consultationId: string }>;
  readonly send: RequestHandler<SendMessageAnswer | typeof UNHEARD>;
  readonly getMessages: RequestHandler<GetMessagesAnswer>;
  readonly markRead: RequestHandler<{ readonly consultationId: string; readonly seq: number }>;
  readonly typing: RequestHandler<{ readonly consultationId: string }>;
  readonly unknown: RequestHandler<never>;
  readonly refuse: (exchange: Exchange, refusal: Refusal) => Ack<never>;
}

export interface RequestHandlerDependencies {
  readonly logger: Logger;
}

export function createRequestHandlers({ logger }: RequestHandlerDependencies): RequestHandlers {
  function refuseExchange(exchange: Exchange, refusal: Refusal): Ack<never> {
    const { label, connectionId, payload } = exchange;
    logger.debug('request.refused', { request: label, code: refusal.code, connectionId });
    return refused(toWireError(refusal, clientMessageIdOf(payload)));
  }

  /** Who goes on sending what nobody understands is told to slow down. */
  async function misunderstood(exchange: Exchange, reason: Refusal): Promise<Ack<never>> {
    return refuseExchange(exchange, await exchange.session.misunderstood(reason));
  }

  return {
    authenticate: async (exchange) => {
      const parsed = parseAuthenticate(exchange.payload);
      if (parsed.outcome === 'refused') return misunderstood(exchange, parsed);
      const { token } = parsed.request;
      const { headers } = exchange.handshake;
      const result = await exchange.session.authenticate({ channel: 'socket', token, headers });
      return result.outcome === 'refused'
        ? refuseExchange(exchange, result)
        : { ok: true, ...toAuthenticateAnswer(result.identity) };
    },
    join: async (exchange) => {
      const parsed = parseJoin(exchange.payload);
      if (parsed.outcome === 'refused') return misunderstood(exchange, parsed);
      const { consultationId, after, sender } = parsed.request;
      const request = {
        consultationId,
        // It is inside at once, and asks for what it has missed when it has read the rest.
        after: exchange.isBehind() ? null : after,
        sender: sender ?? parseSenderClaim(exchange.handshake.auth),
      };
      const asker = exchange.session.asker();
      const result = await exchange.turns.run(async () =>
        // A join that nobody waits for any more must not take effect late.
        exchange.isOpen() ? exchange.session.join(request, asker) : refuse('server.error'),
      );
      if (result.outcome === 'refused') return refuseExchange(exchange, result);
      const shown = exchange.isBehind() ? { ...result, messages: [] } : result;
      return { ok: true, ...toJoinAnswer(shown) };
    },
    leave: async (exchange) => {
      const parsed = parseLeave(exchange.payload);
      if (parsed.outcome === 'refused') return misunderstood(exchange, parsed);
      const { consultationId } = parsed.request;
      const leave = () => exchange.session.leave(consultationId);
      leave();
      // A join that was sent before may still be under way, and must not outlast its leave.
      const result = await exchange.turns.run(async () => leave());
      return result.outcome === 'refused' ? refuseExchange(exchange, result) : { ok: true, consultationId };
    },
    send: (exchange) => {
      const parsed = parseSend(exchange.payload);
      if (parsed.outcome === 'refused') return misunderstood(exchange, parsed);
      return exchange.session.send(parsed.request).then((result) => {
        if (result.outcome === 'refused') return refuseExchange(exchange, result);
        return exchange.isAwaited ? { ok: true, ...toSendAnswer(result) } : UNHEARD;
      });
    },
    getMessages: async (exchange) => {
      const parsed = parsePage(exchange.payload);
      if (parsed.outcome === 'refused') return misunderstood(exchange, parsed);
      if (exchange.isBehind()) return refuseExchange(exchange, READ_FIRST);
      const result = await exchange.session.getMessages(parsed.request);
      if (result.outcome === 'refused') return refuseExchange(exchange, result);
      // Pages that were asked for before may have come meanwhile.
      if (exchange.isBehind()) return refuseExchange(exchange, READ_FIRST);
      return { ok: true, ...toPageAnswer(result) };
    },
    markRead: async (exchange) => {
      const parsed = parseMarkRead(exchange.payload);
      if (parsed.outcome === 'refused') return misunderstood(exchange, parsed);
      const { consultationId, seq } = parsed.request;
      const sender = parsed.request.sender ?? parseSenderClaim(exchange.handshake.auth);
      const asker = exchange.session.asker();
      const before = exchange.turns.underWay();
      if (before !== null) await before;
      const result = await exchange.session.markRead({ consultationId, seq, sender }, asker);
      return result.outcome === 'refused'
        ? refuseExchange(exchange, result)
        : { ok: true, consultationId, seq: result.seq };
    },
    typing: async (exchange) => {
      const parsed = parseTyping(exchange.payload);
      if (parsed.outcome === 'refused') return misunderstood(exchange, parsed);
      const asker = exchange.session.asker();
      // Sent right behind the join that it needs.
      const before = exchange.turns.underWay();
      if (before !== null) await before;
      const result = await exchange.session.setTyping(parsed.request, asker);
      return result.outcome === 'refused'
        ? refuseExchange(exchange, result)
        : { ok: true, consultationId: parsed.request.consultationId };
    },
    unknown: async (exchange) =>
      misunderstood(exchange, refuse('request.invalid', { field: 'event', reason: 'is not known here' })),
    refuse: refuseExchange,
  };
}
