import { type Instant, MINUTE_MS } from '../../domain/instant.js';
import { type Refusal, refuse } from '../answers/refusal.js';

/** The longest time for which a consultation may be opened or extended, in minutes; 366 days. */
export const MAX_DURATION_MINUTES = 366 * 24 * 60;

/** Until when a consultation is to take messages: an instant, or 1 to `MAX_DURATION_MINUTES` minutes from now. */
export type Until = { readonly expiresAt: Instant } | { readonly durationMinutes: number };

export function expiryOf(until: Until, now: Instant): Instant {
  return 'expiresAt' in until ? until.expiresAt : now + until.durationMinutes * MINUTE_MS;
}

/** @returns why no consultation may be open for so long; null if it may. An instant is left to the domain to judge. */
export function checkUntil(until: Until): Refusal | null {
  if ('expiresAt' in until) return null;
  const { durationMinutes } = until;
  if (Number.isInteger(durationMinutes) && durationMinutes >= 1 && durationMinutes <= MAX_DURATION_MINUTES) {
    return null;
  }
  const reason = `must be a whole number from 1 through ${MAX_DURATION_MINUTES}`;
  return refuse('request.invalid', { field: 'durationMinutes', reason });
}

/** Rewrites a refusal of `expiresAt` into one of `durationMinutes`, if that is what the caller has given. */
export function inTermsOf(until: Until, refusal: Refusal): Refusal {
  if ('expiresAt' in until || refusal.field !== 'expiresAt') return refusal;
  const reason = 'must reach beyond the present expiresAt';
  return refuse('request.invalid', { field: 'durationMinutes', reason });
}
