import type { MessageId } from './messages.js';

/** What is known of a refusal: the wire's `WireError`, an error of the client library, or of the HTTP API. */
export interface Refusal {
  readonly code: string;
  readonly field?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

/**
 * Which sentence says a refusal, by its code. Codes that a person can do nothing different about share one; a test holds
 * the list against the codes of the wire and of the client library.
 */
const SENTENCES: Readonly<Record<string, MessageId>> = {
  'request.invalid': 'error-request-invalid',
  'consultation.not_found': 'error-consultation-not-found',
  'consultation.inactive': 'error-consultation-inactive',
  'consultation.expired': 'error-consultation-expired',
  'consultation.forbidden': 'error-consultation-forbidden',
  'doctor.unavailable': 'error-doctor-unavailable',
  'message.id_conflict': 'error-message-id-conflict',
  'auth.required': 'error-auth-required',
  'auth.invalid': 'error-auth-invalid',
  'auth.expired': 'error-auth-expired',
  'auth.forbidden': 'error-auth-forbidden',
  'connection.idle': 'error-connection-idle',
  'rate.limited': 'error-rate-limited',
  'server.overloaded': 'error-server-overloaded',
  'server.error': 'error-server-error',
  'server.unavailable': 'error-server-unavailable',
  'request.origin_forbidden': 'error-request-origin-forbidden',
  'client.outbox_full': 'error-client-outbox-full',
  'client.busy': 'error-rate-limited',
  'client.closed': 'error-unknown',
  'client.not_kept': 'error-unknown',
  'client.no_token': 'error-client-no-token',
  'client.wrong_path': 'error-client-wrong-address',
  'client.wrong_namespace': 'error-client-wrong-address',
  'client.not_a_chat': 'error-client-wrong-address',
  'client.no_websocket': 'error-client-connection-failed',
  'client.session_unknown': 'error-client-connection-failed',
  'client.connection_failed': 'error-client-connection-failed',
};

const PASSING = /^(rate\.|server\.|client\.busy$)/;

/** Whether a sentence about trying again belongs to it. */
export function isPassing({ code }: Refusal): boolean {
  return PASSING.test(code);
}

/** A code of a newer server has the sentence for all that is unknown. */
export function refusalMessage({ code, field }: Refusal): MessageId {
  if (code === 'request.invalid' && field === 'content') return 'error-request-invalid-content';
  return SENTENCES[code] ?? 'error-unknown';
}
