import type { IncomingMessage } from 'node:http';

/** A packet of no type: who sends one is closed, as WebSocket closes who sends text that is not UTF-8. */
const NO_PACKET = Buffer.from('\x1e!');

/**
 * Lets only UTF-8 through of a request's body. engine.io reads long polling as UTF-8 whatever it is: U+FFFD would stand, and
 * be stored, where something else was said. To be called before the body is read.
 */
export function holdToUtf8(request: IncomingMessage): void {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const push = request.push.bind(request);
  let isBroken = false;

  function isUtf8(chunk: unknown): boolean {
    if (chunk !== null && !Buffer.isBuffer(chunk)) return true;
    try {
      if (chunk === null) decoder.decode();
      else decoder.decode(chunk, { stream: true });
      return true;
    } catch {
      return false;
    }
  }

  function take(chunk: unknown, encoding?: BufferEncoding): boolean {
    if (isBroken) return chunk === null ? push(null) : true;
    if (isUtf8(chunk)) return push(chunk, encoding);
    isBroken = true;
    const goesOn = push(NO_PACKET);
    return chunk === null ? push(null) : goesOn;
  }

  request.push = take;
  // What came with the headers may be there already.
  const early: unknown = request.readableLength > 0 ? request.read() : null;
  if (early !== null) take(early);
}
