/**
 * WebSocket frames made by hand (RFC 6455), text only, because the work of a library would be the larger part of what
 * is measured here. A client has to mask what it sends. A mask of zeros leaves the text as it is, so a frame can be
 * made once and sent often, with only its id changed.
 */

const FIN_TEXT = 0x81;
const MASKED = 0x80;
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/** Makes a whole text frame as a client sends it. */
export function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const short = payload.length < LENGTH_16;
  if (payload.length > 0xffff) throw new Error('a frame of the load generator is at most 65,535 bytes');
  const head = short ? 2 : 4;
  const frame = Buffer.alloc(head + 4 + payload.length);
  frame[0] = FIN_TEXT;
  frame[1] = MASKED | (short ? payload.length : LENGTH_16);
  if (!short) frame.writeUInt16BE(payload.length, 2);
  payload.copy(frame, head + 4);
  return frame;
}

/** Receives a payload: `bytes[start]` up to `bytes[end - 1]`. The bytes may be overwritten after it returns. */
export type FrameListener = (bytes: Buffer, start: number, end: number) => void;

/**
 * Reads a server's frames out of a stream that may be cut anywhere.
 *
 * @returns a function that takes the next bytes, and does not keep them.
 */
export function frameReader(onFrame: FrameListener): FrameListener {
  let rest: Buffer | null = null;
  return (bytes, start, end) => {
    let from = bytes;
    let at = start;
    let until = end;
    if (rest !== null) {
      from = Buffer.concat([rest, bytes.subarray(start, end)]);
      at = 0;
      until = from.length;
      rest = null;
    }
    while (at < until) {
      const payload = payloadAt(from, at, until);
      if (payload === null) break;
      const next = payload.start + payload.length;
      if (next > until) break;
      onFrame(from, payload.start, next);
      at = next;
    }
    if (at < until) rest = Buffer.from(from.subarray(at, until));
  };
}

const found = { start: 0, length: 0 };

/**
 * Finds the payload of a frame; null if the frame's head is not complete. It returns the same object every time,
 * because there is one for each message.
 */
function payloadAt(bytes: Buffer, at: number, until: number): typeof found | null {
  if (until - at < 2) return null;
  const length = bytes[at + 1] ?? 0;
  if (length < LENGTH_16) {
    found.start = at + 2;
    found.length = length;
    return found;
  }
  const head = length === LENGTH_16 ? 4 : 10;
  if (until - at < head) return null;
  found.start = at + head;
  found.length = length === LENGTH_64 ? Number(bytes.readBigUInt64BE(at + 2)) : bytes.readUInt16BE(at + 2);
  return found;
}
