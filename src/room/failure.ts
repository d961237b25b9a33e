import type { ChatError } from '../client/index.js';
import type { WireError } from '../protocol/wire.js';

/** Why a message was not sent, or a room not entered: the server refused it, or too many messages wait already. */
export type Failure =
  | { readonly kind: 'refused'; readonly error: WireError }
  | { readonly kind: 'outbox-full' };

/** Whether the same message, under the same id, can ever get through. */
export function canRetry(failure: Failure): boolean {
  if (failure.kind === 'outbox-full') return true;
  return failure.error.code !== 'request.invalid' && failure.error.code !== 'message.id_conflict';
}

export function failureOf({ refusal, code, message }: ChatError): Failure {
  // What the server would refuse, too, the library refuses by itself, with a code of the contract.
  return { kind: 'refused', error: refusal ?? ({ code, message } as WireError) };
}
