import type { MessageId } from './messages.js';

/** A refusal: the wire's `WireError`, or an error of the client library or of the HTTP API. */
export interface Refusal {
  readonly code: string;
  readonly field?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** Codes after which a person has to do the same share a sentence. Every other code has its own, named after it. */
const SHARED: Readonly<Record<string, MessageId>> = {
  'client.busy': 'error-rate-limited',
  'client.closed': 'error-unknown',
  'client.not_kept': 'error-unknown',
  'client.wrong_path': 'error-client-wrong-address',
  'client.wrong_namespace': 'error-client-wrong-address',
  'client.not_a_chat': 'error-client-wrong-address',
  'client.no_websocket': 'error-client-connection-failed',
  'client.session_unknown': 'error-client-connection-failed',
};

const PASSING = /^(rate\.|server\.|client\.busy$)/;

/** Whether a sentence about trying again belongs to it. */
export function isPassing({ code }: Refusal): boolean {
  return PASSING.test(code);
}

/** Returns the id of the sentence for a refusal. Codes of a newer server have no sentence of that id. */
export function refusalMessage({ code, field }: Refusal): string {
  if (code === 'request.invalid' && field === 'content') return 'error-request-invalid-content';
  return SHARED[code] ?? `error-${code.replace(/[._]/g, '-')}`;
}
