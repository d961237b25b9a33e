/**
 * Makes ids of messages that are digits at a fixed place of their frame. The frame is made once for each sender, and
 * only the digits change.
 */
const EPOCH_DIGITS = 3;
const NUMBER_DIGITS = 9;
export const ID_LENGTH = EPOCH_DIGITS + NUMBER_DIGITS;
/** The length of what follows an id that is the last field of an event: `"}]`. */
const TAIL = 3;
const [QUOTE, ZERO] = [0x22, 0x30];
const KEY = Buffer.from('"clientMessageId":"');

/** An id whose digits are still to be written. */
export function blankId(epoch: number): string {
  return String(epoch).padStart(EPOCH_DIGITS, '0') + '0'.repeat(NUMBER_DIGITS);
}

/** Where the digits that change begin, in a frame that ends with its id. */
export function numberOffset(frame: Buffer): number {
  return frame.length - TAIL - NUMBER_DIGITS;
}

export function writeNumber(frame: Buffer, offset: number, value: number): void {
  let rest = value;
  for (let at = offset + NUMBER_DIGITS - 1; at >= offset; at -= 1) {
    const next = Math.floor(rest / 10);
    frame[at] = ZERO + rest - next * 10;
    rest = next;
  }
}

/**
 * The number of the message in a packet; -1 if it has none of ours. Servers usually put the id last; otherwise it is
 * searched for.
 */
export function readNumber(bytes: Buffer, start: number, end: number): number {
  const last = end - TAIL - ID_LENGTH;
  if (last > start && bytes[last - 1] === QUOTE && bytes[end - TAIL] === QUOTE) {
    return digits(bytes, last + EPOCH_DIGITS);
  }
  const at = bytes.indexOf(KEY, start);
  return at === -1 || at >= end ? -1 : digits(bytes, at + KEY.length + EPOCH_DIGITS);
}

function digits(bytes: Buffer, offset: number): number {
  let value = 0;
  for (let at = offset; at < offset + NUMBER_DIGITS; at += 1) {
    const digit = (bytes[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
