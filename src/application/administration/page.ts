import type { PageOf, PageRequest } from '../answers/answer.js';
import { checkLimit } from '../answers/check-limit.js';
import type { Refusal } from '../answers/refusal.js';
import { jsonBytes } from '../lookup/page-budget.js';
import { MAX_PAGE_BYTES } from '../ports/message-history.js';
import type { Versioned } from '../ports/state-reader.js';

/**
 * Reads a page, and one item more to see whether there is another page. The page ends at the limit, or sooner if its
 * items are large.
 */
export async function readPage<Value>(
  { after, limit }: PageRequest,
  read: (after: string | null, limit: number) => Promise<readonly Versioned<Value>[]>,
  idOf: (value: Value) => string,
): Promise<PageOf<Value> | Refusal> {
  const invalid = checkLimit(limit);
  if (invalid !== null) return invalid;
  const found = await read(after, limit + 1);
  const count = countWithinBudget(found.slice(0, limit));
  const items = found.slice(0, count).map(({ state, version }) => ({ value: state, version }));
  const last = found.length > count ? items.at(-1) : undefined;
  return { outcome: 'page', items, next: last === undefined ? null : idOf(last.value) };
}

/** How many items go into one answer: at least one, and otherwise only as many as fit into `MAX_PAGE_BYTES`. */
function countWithinBudget(found: readonly Versioned<unknown>[]): number {
  let bytes = 0;
  for (const [index, { state }] of found.entries()) {
    bytes += jsonBytes(JSON.stringify(state));
    if (bytes > MAX_PAGE_BYTES && index > 0) return index;
  }
  return found.length;
}
