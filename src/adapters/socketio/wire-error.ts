import { type Refusal, refuse, sentenceOf } from '../../application/refusal.js';
import { invariant } from '../../domain/invariant.js';
import type { ErrorCode, WireError } from '../../protocol/wire.js';
import { isoOf } from './to-wire.js';

const WIRE_CODES: Readonly<Record<ErrorCode, true>> = {
  'request.invalid': true,
  'consultation.not_found': true,
  'consultation.inactive': true,
  'consultation.expired': true,
  'consultation.forbidden': true,
  'doctor.unavailable': true,
  'message.id_conflict': true,
  'auth.required': true,
  'rate.limited': true,
  'server.overloaded': true,
  'server.error': true,
};

function isWireCode(code: string): code is ErrorCode {
  return Object.hasOwn(WIRE_CODES, code);
}

/** What a refusal looks like on the wire. `clientMessageId` names the message that was refused, if it had an id. */
export function toWireError(refusal: Refusal, clientMessageId: string | null = null): WireError {
  const { code, field, nextOpeningAt, retryAfterMs } = refusal;
  invariant(isWireCode(code), 'what a connection asks for is refused with a code of the wire');
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
