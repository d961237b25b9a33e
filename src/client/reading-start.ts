/** Where reading begins: with the first message, with the next one, behind a `seq`, or with the newest so many. */
export type From = 'start' | 'now' | number | { readonly last: number };

/** The `seq` behind which reading begins; null where that depends on how far the conversation has gone. */
export function startOf(from: From): number | null {
  if (from === 'start') return 0;
  return typeof from === 'number' ? from : null;
}

/** The same, once the last `seq` of the conversation is known. */
export function startWithin(headSeq: number, from: From): number {
  return startOf(from) ?? Math.max(0, headSeq - (typeof from === 'object' ? from.last : 0));
}
