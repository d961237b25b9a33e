import type { MessageId } from './messages.js';

/** What is known of a refusal: the wire's `WireError`, an error of the client library, or of the HTTP API. */
export interface Refusal {
  readonly code: string;
  readonly field?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** Codes that a person can do nothing different about share a sentence; each other one has its own, by its name. */
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

/** Which sentence says a refusal, by its code; there is none for a code of a newer server. */
export function refusalMessage({ code, field }: Refusal): string {
  if (code === 'request.invalid' && field === 'content') return 'error-request-invalid-content';
  return SHARED[code] ?? `error-${code.replace(/[._]/g, '-')}`;
}
