import type { Instant } from '../../domain/instant.js';
import { InvariantViolation } from '../../domain/invariant.js';

/** Every code that a caller can be refused with, and its sentence for people. Stable: add, never rename. */
const SENTENCES = {
  'request.invalid': 'The request is not valid.',
  'consultation.not_found': 'This consultation does not exist.',
  'consultation.already_exists': 'A consultation with this id exists already.',
  'consultation.inactive': 'This consultation has ended.',
  'consultation.expired': 'This consultation has expired.',
  'consultation.not_due': 'This consultation has not run out yet.',
  'consultation.still_open': 'This consultation is still open.',
  'consultation.forbidden': 'You cannot speak for this party of the consultation.',
  'doctor.not_found': 'This doctor does not exist.',
  'doctor.already_exists': 'A doctor with this id exists already.',
  'doctor.unavailable': 'The doctor is not available at this time.',
  'patient.not_found': 'This patient does not exist.',
  'patient.already_exists': 'A patient with this id exists already.',
  'message.id_conflict': 'Another message was sent under this clientMessageId.',
  'auth.required': 'Please sign in first.',
  'auth.invalid': 'This sign-in is not valid.',
  'auth.expired': 'Your sign-in has expired. Please sign in again.',
  'auth.forbidden': 'You are not allowed to do this.',
  'precondition.failed': 'This has changed since you read it. Read it again first.',
  'idempotency.conflict': 'Another request was made under this Idempotency-Key.',
  'connection.idle': 'Nothing was asked for on this connection, so it is closed.',
  'rate.limited': 'You are doing this too often. Try again later.',
  'server.overloaded': 'The server is busy. Try again in a moment.',
  'server.error': 'Something went wrong on our side. Try again in a moment.',
} as const;

export type RefusalCode = keyof typeof SENTENCES;

export interface Refusal {
  readonly outcome: 'refused';
  readonly code: RefusalCode;
  /** `request.invalid`: the path of the offending value. */
  readonly field?: string;
  /** `request.invalid`: what is wrong with it, to follow the field's name. */
  readonly reason?: string;
  /** `doctor.unavailable`: when the schedule opens next; null when not within 366 days. */
  readonly nextOpeningAt?: Instant | null;
  /** `rate.limited`, `server.overloaded`: milliseconds to wait. */
  readonly retryAfterMs?: number;
}

export function refuse(code: RefusalCode, details: Omit<Refusal, 'outcome' | 'code'> = {}): Refusal {
  return { outcome: 'refused', code, ...details };
}

/** The refusal's sentence for people. */
export function sentenceOf(refusal: Refusal): string {
  if (refusal.field !== undefined && refusal.reason !== undefined) {
    return `${SENTENCES[refusal.code]} ${refusal.field} ${refusal.reason}.`;
  }
  return SENTENCES[refusal.code];
}

/** The outcomes of a command handler when nothing was stored. */
export type Unaccepted =
  | {
      readonly outcome: 'rejected';
      readonly rejection: { readonly code: RefusalCode; readonly field?: string; readonly reason?: string };
    }
  | { readonly outcome: 'overloaded'; readonly retryAfterMs: number }
  | { readonly outcome: 'unstorable' }
  | { readonly outcome: 'outdated' }
  | { readonly outcome: 'duplicate' };

/** The `reason` for a field whose text the storage cannot hold. */
export const CANNOT_BE_STORED = 'has characters that cannot be stored';

/** Translates the outcome of a command that stored nothing into the caller's refusal. */
export function refusalOf(outcome: Unaccepted): Refusal {
  switch (outcome.outcome) {
    case 'rejected': {
      const { code, ...details } = outcome.rejection;
      return refuse(code, details);
    }
    case 'overloaded':
      return refuse('server.overloaded', { retryAfterMs: outcome.retryAfterMs });
    case 'unstorable':
      return refuse('request.invalid');
    case 'outdated':
      throw new InvariantViolation('a command that relies on nothing else is not outdated');
    case 'duplicate':
      throw new InvariantViolation('a command without an idempotency key has no duplicate');
  }
}
