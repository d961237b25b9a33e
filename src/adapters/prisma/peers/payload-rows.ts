/** The most bytes of UTF-8 for one unit of a JavaScript string, and the space that PostgreSQL may put after it. */
const MAX_BYTES_PER_UNIT = 4;
const COMMA = ','.charCodeAt(0);
const COLON = ':'.charCodeAt(0);

/**
 * Divides rows into payloads, in their order.
 *
 * @param texts the rows, as JSON.
 * @param maxBytes the limit for the rows of a payload, with the commas between them. A longer row gets a payload of its
 *   own.
 * @returns for each payload but the first one, the place of its first row, counted from 1.
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

/** PostgreSQL writes the text with a space after each comma and colon that stands between values. */
function maxBytesOf(text: string): number {
  let bytes = Buffer.byteLength(text);
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === COMMA || unit === COLON) bytes += 1;
  }
  return bytes;
}
