import { type Refusal, refuse, sentenceOf } from '../../application/answers/refusal.js';
import { isoOf } from '../../domain/instant.js';
import { invariant } from '../../domain/invariant.js';
import type { WireError } from '../../protocol/wire.js';
import { isErrorCode } from './schemas/errors.js';

/** What a refusal looks like on the wire. `clientMessageId` names the message that was refused, if it had an id. */
export function toWireError(refusal: Refusal, clientMessageId: string | null = null): WireError {
  const { code, field, nextOpeningAt, retryAfterMs } = refusal;
  invariant(isErrorCode(code), 'what a connection asks for is refused with a code of the wire');
  return {
    code,
    message: sentenceOf(refusal),
    ...(field === undefined ? {} : { field }),
    ...(nextOpeningAt === undefined
      ? {}
      : { nextOpeningAt: nextOpeningAt === null ? null : isoOf(nextOpeningAt) }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(clientMessageId === null ? {} : { clientMessageId }),
  };
}

/** Nothing of the inside: the log has it. */
export function serverError(clientMessageId: string | null = null): WireError {
  return toWireError(refuse('server.error'), clientMessageId);
}
