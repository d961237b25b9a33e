/**
 * The place where reading begins: the first message, the next one, the one after a `seq`, or the first of the newest so
 * many messages.
 */
export type From = 'start' | 'now' | number | { readonly last: number };

/** The `seq` after which reading begins; null if that depends on the last `seq` of the conversation. */
export function startOf(from: From): number | null {
  if (from === 'start') return 0;
  return typeof from === 'number' ? from : null;
}

/** The `seq` after which reading begins, once the last `seq` of the conversation is known. */
export function startWithin(headSeq: number, from: From): number {
  return startOf(from) ?? Math.max(0, headSeq - (typeof from === 'object' ? from.last : 0));
}
