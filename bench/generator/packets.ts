/** Socket.IO's packets by their second character, ours by the first letter of the event. */
const [EVENT, ACKNOWLEDGEMENT] = [0x32, 0x33];
const [NEW_MESSAGE, ERROR, TRUE, BRACKET, ZERO] = [0x6e, 0x65, 0x74, 0x5b, 0x30];
/** From the bracket of `[{"ok":` to `true` or `false`. */
const OK_OFFSET = 7;

export type PacketKind = 'answer' | 'message' | 'error' | 'other';

/** What the text of a frame, from `start` on, is about. */
export function kindOf(bytes: Buffer, start: number): PacketKind {
  const kind = bytes[start + 1];
  if (kind === ACKNOWLEDGEMENT) return 'answer';
  if (kind !== EVENT) return 'other';
  const event = bytes[start + 4];
  if (event === NEW_MESSAGE) return 'message';
  return event === ERROR ? 'error' : 'other';
}

/** The number under which an acknowledgement was asked for. */
export function numberOfAnswer(bytes: Buffer, start: number, end: number): number {
  let number = 0;
  const bracket = bracketOf(bytes, start, end);
  for (let at = start + 2; at < bracket; at += 1) number = number * 10 + (bytes[at] ?? 0) - ZERO;
  return number;
}

/** Whether an acknowledgement says that it was done. */
export function isOk(bytes: Buffer, start: number, end: number): boolean {
  return bytes[bracketOf(bytes, start, end) + OK_OFFSET] === TRUE;
}

function bracketOf(bytes: Buffer, start: number, end: number): number {
  let at = start + 2;
  while (at < end && bytes[at] !== BRACKET) at += 1;
  return at;
}
