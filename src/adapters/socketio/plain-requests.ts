import { createServer, type Server as HttpServer, type IncomingMessage } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { afterEarlierAnswers } from './earlier-answers.js';
import { answerUpgrade } from './upgrade-answers.js';

/** How many names and values of headers Node keeps. It leaves out the rest without telling. */
const MAX_RAW_HEADERS = 2_000;
/** Headers that concern only the upgrade, which does not take place. */
const OF_THE_UPGRADE: ReadonlySet<string> = new Set(['upgrade', 'http2-settings']);

/** Node's own handler of new connections of an HTTP server, which takes the server as `this`. */
const [serveConnection] = createServer().listeners('connection');

/**
 * Serves a request for a protocol that nobody here speaks, such as `h2c`, as if it had not asked for it, which HTTP
 * allows (RFC 9110, 7.8). Node has let go of the connection by then. The request is handed to Node again, without the
 * wish to upgrade and ahead of whatever follows it, so that Node handles bodies, further requests and every limit as
 * usual.
 *
 * @param head the bytes that came after the headers.
 */
export function serveAsPlainRequest(
  server: HttpServer | HttpsServer,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  if (serveConnection === undefined || request.rawHeaders.length >= MAX_RAW_HEADERS) {
    answerUpgrade(socket, 400, { code: 'request.invalid', message: 'The request is not valid.' });
    return;
  }
  const again = Buffer.concat([headOf(request), head]);
  afterEarlierAnswers(socket, () => {
    if ('setTimeout' in socket && typeof socket.setTimeout === 'function') socket.setTimeout(0);
    Reflect.apply(serveConnection, server, [socket]);
    socket.unshift(again);
  });
}

function headOf({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const value = rawHeaders[index + 1] ?? '';
    const kind = name.toLowerCase();
    if (OF_THE_UPGRADE.has(kind)) continue;
    lines.push(`${name}: ${kind === 'connection' ? connectionWithoutUpgrade(value) : value}`);
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

/** The `Connection` header without `upgrade`. What is left may be empty, and an empty header is harmless. */
function connectionWithoutUpgrade(value: string): string {
  return value
    .split(',')
    .map((option) => option.trim())
    .filter((option) => !OF_THE_UPGRADE.has(option.toLowerCase()))
    .join(', ');
}
