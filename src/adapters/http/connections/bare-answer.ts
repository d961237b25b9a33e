import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { SECOND_MS } from '../../../domain/instant.js';
import { PROBLEM_TYPE, type ProblemCode, toProblem } from '../problem.js';
import { closeGently } from './gentle-close.js';

const PHRASES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  503: 'Service Unavailable',
};

export interface Refused {
  readonly code: ProblemCode;
  /** In ms. */
  readonly retryAfterMs?: number;
}

function answerOf({ code, ...details }: Refused) {
  const problem = toProblem(code, details);
  const body = JSON.stringify(problem);
  const headers: Record<string, string> = {
    'Content-Type': PROBLEM_TYPE,
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
  };
  if (problem.retryAfterMs !== undefined) {
    headers['Retry-After'] = String(Math.ceil(problem.retryAfterMs / SECOND_MS));
  }
  return { status: problem.status, headers, body };
}

/** Answers a request before any handler has seen it. Its connection ends with the answer, unless `closes` is false. */
export function refuseRequest(response: ServerResponse, refused: Refused, closes = true): void {
  const { status, headers, body } = answerOf(refused);
  response.writeHead(status, closes ? { ...headers, Connection: 'close' } : headers).end(body);
}

/** Answers on a bare connection, for which Node has made no response, and ends the connection. */
export function refuseConnection(socket: Socket, refused: Refused): void {
  const { status, headers, body } = answerOf(refused);
  const lines = Object.entries({ ...headers, Connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  socket.write(`HTTP/1.1 ${status} ${PHRASES[status] ?? 'Refused'}\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
  closeGently(socket);
}
