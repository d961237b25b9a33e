import type { IncomingMessage } from 'node:http';

/**
 * A packet of no known type. engine.io closes the session that sends one, as WebSocket closes a connection that sends
 * text other than UTF-8.
 */
const NO_PACKET = Buffer.from('\x1e!');

/**
 * Lets only UTF-8 through in a request's body. engine.io decodes every body as UTF-8, whatever it is, so that U+FFFD
 * would be stored in place of the text that was written. Must be called before the body is read.
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
  // The part of the body that came with the headers may have been read already.
  const early: unknown = request.readableLength > 0 ? request.read() : null;
  if (early !== null) take(early);
}
