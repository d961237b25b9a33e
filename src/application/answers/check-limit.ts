import { MAX_PAGE_ITEMS } from './answer.js';
import { type Refusal, refuse } from './refusal.js';

/** @returns why no page can have this limit; null for 1 to `MAX_PAGE_ITEMS`. */
export function checkLimit(limit: number): Refusal | null {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_PAGE_ITEMS) return null;
  const reason = `must be a whole number from 1 through ${MAX_PAGE_ITEMS}`;
  return refuse('request.invalid', { field: 'limit', reason });
}
