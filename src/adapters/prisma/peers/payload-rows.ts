/** Bytes of UTF-8 for one unit of a JavaScript string at most, and the space that PostgreSQL may put behind it. */
const MAX_BYTES_PER_UNIT = 4;
const COMMA = ','.charCodeAt(0);
const COLON = ':'.charCodeAt(0);

/**
 * Shares rows out among payloads, in their order.
 *
 * @param texts of the rows, as JSON.
 * @param maxBytes of a payload's rows, with the commas between them. A row that is longer has a payload for itself.
 * @returns the place, counted from 1, of the first row of each payload but the first one.
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

/** As PostgreSQL writes it: with a space behind each comma and colon that stands between values. */
function maxBytesOf(text: string): number {
  let bytes = Buffer.byteLength(text);
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === COMMA || unit === COLON) bytes += 1;
  }
  return bytes;
}
