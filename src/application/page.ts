import { MAX_PAGE_ITEMS, type PageOf, type PageRequest } from './answer.js';
import type { Versioned } from './ports/state-reader.js';
import { type Refusal, refuse } from './refusal.js';

/** One more than a page is read, to see whether there is more. */
export async function readPage<Value>(
  { after, limit }: PageRequest,
  read: (after: string | null, limit: number) => Promise<readonly Versioned<Value>[]>,
  idOf: (value: Value) => string,
): Promise<PageOf<Value> | Refusal> {
  const invalid = checkLimit(limit);
  if (invalid !== null) return invalid;
  const found = await read(after, limit + 1);
  const items = found.slice(0, limit).map(({ state, version }) => ({ value: state, version }));
  const last = found.length > limit ? items.at(-1) : undefined;
  return { outcome: 'page', items, next: last === undefined ? null : idOf(last.value) };
}

export function checkLimit(limit: number): Refusal | null {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_PAGE_ITEMS) return null;
  const reason = `must be a whole number from 1 through ${MAX_PAGE_ITEMS}`;
  return refuse('request.invalid', { field: 'limit', reason });
}
