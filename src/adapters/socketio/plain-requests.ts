import { createServer, type Server as HttpServer, type IncomingMessage } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { afterEarlierAnswers } from './earlier-answers.js';
import { answerUpgrade } from './upgrade-answers.js';

/** Node keeps no more names and values of headers than this, and leaves out the rest without a word. */
const MAX_RAW_HEADERS = 2_000;
/** Headers that concern only the upgrade, which will not take place. */
const OF_THE_UPGRADE: ReadonlySet<string> = new Set(['upgrade', 'http2-settings']);

/** What Node does with each new connection of an HTTP server: the server itself is `this`. */
const [serveConnection] = createServer().listeners('connection');

/**
 * Serves a request that asks for a protocol which nobody here speaks, such as `h2c`, as if it had not asked, which HTTP
 * allows (RFC 9110, 7.8). Node has let go of the connection by then. It is given the request again, without the wish to
 * upgrade, ahead of whatever follows it, so that Node handles bodies, further requests and every limit as ever.
 *
 * @param head what came behind the headers.
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

/** The rest may be empty, and an empty header says nothing. */
function connectionWithoutUpgrade(value: string): string {
  return value
    .split(',')
    .map((option) => option.trim())
    .filter((option) => !OF_THE_UPGRADE.has(option.toLowerCase()))
    .join(', ');
}
