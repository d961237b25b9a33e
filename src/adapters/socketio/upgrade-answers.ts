import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { afterEarlierAnswers } from './earlier-answers.js';

/** How long an answer may take to be written before its connection is cut, in ms. */
const WRITE_LIMIT_MS = 1_000;
/** How many connections may be in the middle of such an answer. Further ones are cut without an answer. */
const MAX_ENDING = 1_000;

const ending = new Set<Duplex>();

/**
 * Answers an upgrade that nobody serves, as JSON, and ends its connection, which nobody else would do. The connection
 * is cut if the other side neither reads nor closes.
 */
export function answerUpgrade(
  socket: Duplex,
  status: number,
  content: unknown,
  more: Readonly<Record<string, string>> = {},
): void {
  const body = JSON.stringify(content);
  const lines = Object.entries({ ...headersFor(body), ...more }).map(([name, value]) => `${name}: ${value}`);
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('\r\n')}\r\n\r\n`;
  endWith(socket, `${head}${body}`);
}

/** Gives the same answer to a request of long polling, which has a response. */
export function answerRequest(
  response: ServerResponse,
  status: number,
  content: unknown,
  more: Readonly<Record<string, string>> = {},
): void {
  const body = JSON.stringify(content);
  response.writeHead(status, { ...headersFor(body), ...more }).end(body);
}

function headersFor(body: string): Record<string, string> {
  return {
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    Connection: 'close',
  };
}

function endWith(socket: Duplex, answer: string): void {
  ignoreErrors(socket);
  if (socket.destroyed || !socket.writable || ending.size >= MAX_ENDING) {
    socket.destroy();
    return;
  }
  ending.add(socket);
  socket.once('close', () => ending.delete(socket));
  afterEarlierAnswers(socket, () => {
    const timer = setTimeout(() => socket.destroy(), WRITE_LIMIT_MS);
    socket.once('close', () => clearTimeout(timer));
    socket.once('finish', () => socket.destroy());
    socket.end(answer);
  });
}

/**
 * Node no longer listens for errors of a connection that asks for an upgrade, so an error there would end the
 * process.
 */
export function ignoreErrors(socket: Duplex): void {
  if (socket.listenerCount('error') === 0) socket.on('error', ignore);
}

function ignore(): void {}
