import { z } from 'zod';
import { type Refusal, refuse, sentenceOf } from '../../../application/answers/refusal.js';
import { invariant } from '../../../domain/invariant.js';
import type { ErrorCode, WireError } from '../../../protocol/wire.js';
import { clientMessageId, nextOpeningAt, toWireInstant } from './values.js';

/** Every code that goes over the wire, with the fields that go with it besides the sentence. */
export const ERROR_CODES = {
  'request.invalid': { carries: ['field'], note: '' },
  'consultation.not_found': { carries: [], note: 'Also for somebody who is no party of it.' },
  'consultation.inactive': { carries: [], note: '' },
  'consultation.expired': { carries: [], note: '' },
  'consultation.forbidden': { carries: [], note: 'A party speaks as the other one.' },
  'doctor.unavailable': { carries: ['nextOpeningAt'], note: '' },
  'message.id_conflict': { carries: [], note: 'The same `clientMessageId` came with another content.' },
  'auth.required': { carries: [], note: 'Nothing was shown that says who asks.' },
  'auth.invalid': { carries: [], note: 'What was shown proves nothing.' },
  'auth.expired': {
    carries: [],
    note: 'Hand in a fresh token with `authenticate`, or connect anew with one.',
  },
  'connection.idle': { carries: [], note: 'The connection is closed.' },
  'rate.limited': { carries: ['retryAfterMs'], note: '' },
  'server.overloaded': { carries: ['retryAfterMs'], note: 'Nothing was stored.' },
  'server.error': {
    carries: [],
    note: 'After a `send_message` it is unknown whether the message was stored: repeat it with the same `clientMessageId`.',
  },
} as const satisfies Readonly<
  Record<ErrorCode, { readonly carries: readonly (keyof WireError)[]; readonly note: string }>
>;

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}

const codes = Object.keys(ERROR_CODES).filter(isErrorCode);

export const wireError = z
  .strictObject({
    code: z.enum(codes).meta({ description: 'For programs. Never changes.' }),
    message: z.string().meta({ description: 'A sentence for people.' }),
    event: z.string().max(64).exactOptional().meta({
      description: 'The event that was refused, where the error does not travel in its acknowledgement.',
    }),
    field: z
      .string()
      .exactOptional()
      .meta({
        description: '`request.invalid`: the path of the offending value.',
        examples: ['content'],
      }),
    nextOpeningAt: nextOpeningAt.exactOptional(),
    retryAfterMs: z
      .int()
      .min(0)
      .exactOptional()
      .meta({
        description: '`rate.limited`, `server.overloaded`: milliseconds to wait.',
        examples: [1000],
      }),
    clientMessageId: clientMessageId
      .exactOptional()
      .meta({ description: 'The message that was refused, where its sender gave an id.' }),
  })
  .meta({
    description: 'Why something was refused.',
    examples: [
      {
        code: 'request.invalid',
        message: 'The request is not valid. content must not be empty.',
        event: 'send_message',
        field: 'content',
        clientMessageId: 'a-8',
      },
    ],
  });

/** The acknowledgement of a refused event. */
export const refusal = z.strictObject({ ok: z.literal(false), error: wireError }).meta({
  description: 'The event had no effect.',
  examples: [
    {
      ok: false,
      error: {
        code: 'doctor.unavailable',
        message: 'The doctor is not available at this time.',
        nextOpeningAt: '2026-03-30T07:00:00.000Z',
        clientMessageId: 'a-7',
      },
    },
  ],
});

/** Makes the wire form of a refusal. `clientMessageId` names the message that was refused, if it had an id. */
export function toWireError(refusal: Refusal, clientMessageId: string | null = null): WireError {
  const { code, field, nextOpeningAt, retryAfterMs } = refusal;
  invariant(isErrorCode(code), 'what a connection asks for is refused with a code of the wire');
  return {
    code,
    message: sentenceOf(refusal),
    ...(field === undefined ? {} : { field }),
    ...(nextOpeningAt === undefined ? {} : { nextOpeningAt: toWireInstant(nextOpeningAt) }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(clientMessageId === null ? {} : { clientMessageId }),
  };
}

/** The refusal for a failure. It reveals nothing of the cause, which is in the log. */
export function serverError(clientMessageId: string | null = null): WireError {
  return toWireError(refuse('server.error'), clientMessageId);
}
