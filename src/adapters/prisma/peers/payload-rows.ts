/**
 * The most bytes of UTF-8 that one unit of a JavaScript string takes, and the space that PostgreSQL may put behind
 * it.
 */
const MAX_BYTES_PER_UNIT = 4;
const COMMA = ','.charCodeAt(0);
const COLON = ':'.charCodeAt(0);

/**
 * Distributes rows among payloads, in their order.
 *
 * @param texts the rows as JSON.
 * @param maxBytes the size of a payload's rows, with the commas between them. A row that is longer has a payload for
 *   itself.
 * @returns for each payload but the first, the number of its first row, counted from 1.
 */
export function payloadStarts(texts: readonly string[], maxBytes: number): number[] {
  if (unitsOf(texts) * MAX_BYTES_PER_UNIT <= maxBytes) return [];
  const starts: number[] = [];
  let taken = 0;
  for (const [index, text] of texts.entries()) {
    const bytes = Math.min(maxBytes, maxBytesOf(text) + 1);
    if (taken > 0 && taken + bytes > maxBytes) {
      starts.push(index + 1);
      taken = 0;
    }
    taken += bytes;
  }
  return starts;
}

function unitsOf(texts: readonly string[]): number {
  let units = texts.length;
  for (const { length } of texts) units += length;
  return units;
}

/** The size of a text as PostgreSQL writes it, with a space behind each comma and colon between values. */
function maxBytesOf(text: string): number {
  let bytes = Buffer.byteLength(text);
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === COMMA || unit === COLON) bytes += 1;
  }
  return bytes;
}
