import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Refusal } from '../../application/refusal.js';
import { SECOND_MS } from '../../domain/instant.js';
import { toWireError } from './wire-error.js';

/** Socket.IO keeps the response with a request of long polling; an upgrade has none. */
type EngineRequest = IncomingMessage & { readonly res?: ServerResponse | null };

/**
 * Answers a handshake that leads to no connection with status 429 and the refusal as JSON. Socket.IO itself would say 403
 * or 400, and not when to come back; it leaves alone what is answered already.
 */
export function answerTooMany(request: EngineRequest, refusal: Refusal): void {
  const body = JSON.stringify(toWireError(refusal));
  const headers = {
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(body)),
    'Retry-After': String(Math.ceil((refusal.retryAfterMs ?? 0) / SECOND_MS)),
    'Cache-Control': 'no-store',
    Connection: 'close',
  };
  const { res: response, socket } = request;
  if (response !== undefined && response !== null) {
    response.writeHead(429, headers).end(body);
    return;
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 429 Too Many Requests\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}
