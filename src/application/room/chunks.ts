/** Cuts a list into parts of that length. The last one may be shorter. */
export function* chunksOf(ids: readonly string[], length: number): Iterable<readonly string[]> {
  for (let start = 0; start < ids.length; start += length) yield ids.slice(start, start + length);
}
