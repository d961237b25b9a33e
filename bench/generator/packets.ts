/**
 * The types of Socket.IO's packets by their second character. Events are told apart by the first letter of their
 * name.
 */
const [EVENT, ACKNOWLEDGEMENT] = [0x32, 0x33];
const [NEW_MESSAGE, ERROR, TRUE, BRACKET, ZERO] = [0x6e, 0x65, 0x74, 0x5b, 0x30];
/** The distance from the bracket of `[{"ok":` to `true` or `false`. */
const OK_OFFSET = 7;

export type PacketKind = 'answer' | 'message' | 'error' | 'other';

/** What kind of packet begins at `start` in the text of a frame. */
export function kindOf(bytes: Buffer, start: number): PacketKind {
  const kind = bytes[start + 1];
  if (kind === ACKNOWLEDGEMENT) return 'answer';
  if (kind !== EVENT) return 'other';
  const event = bytes[start + 4];
  if (event === NEW_MESSAGE) return 'message';
  return event === ERROR ? 'error' : 'other';
}

/** The number under which the acknowledgement was asked for. */
export function numberOfAnswer(bytes: Buffer, start: number, end: number): number {
  let number = 0;
  const bracket = bracketOf(bytes, start, end);
  for (let at = start + 2; at < bracket; at += 1) number = number * 10 + (bytes[at] ?? 0) - ZERO;
  return number;
}

/** Whether an acknowledgement reports a success. */
export function isOk(bytes: Buffer, start: number, end: number): boolean {
  return bytes[bracketOf(bytes, start, end) + OK_OFFSET] === TRUE;
}

function bracketOf(bytes: Buffer, start: number, end: number): number {
  let at = start + 2;
  while (at < end && bytes[at] !== BRACKET) at += 1;
  return at;
}
