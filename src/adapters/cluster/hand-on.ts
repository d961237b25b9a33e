import { Agent, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { doorOf, FROM_HEADER } from './doors.js';
import { workerOf } from './session-ids.js';

/** Headers about one connection and not about the request on it (RFC 9110). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);
/** Engine.IO's answer for a session that it does not know. The client then begins another one. */
const UNKNOWN_SESSION = JSON.stringify({ code: 1, message: 'Session ID unknown' });
/** How many connections to one worker are kept for further requests. */
const MAX_FREE_DOORS = 64;

/** Hands on requests that belong to another worker. Each method returns whether the request was handed on. */
export interface HandOn {
  request(request: IncomingMessage, response: ServerResponse): boolean;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Notes a request that has come through the private door. It goes no further, whichever worker it belongs to. */
  arrived(request: IncomingMessage): void;
  close(): void;
}

/**
 * Hands requests of long polling, and upgrades of such sessions, on to the worker that has the session, through its
 * private door. If that worker is gone, the answer is that the session is unknown.
 */
export function createHandOn(options: { readonly directory: string; readonly worker: number }): HandOn {
  const { directory, worker: own } = options;
  const handedOn = new WeakSet<IncomingMessage>();
  const agent = new Agent({ keepAlive: true, maxFreeSockets: MAX_FREE_DOORS });

  function elsewhere(request: IncomingMessage): number | null {
    if (handedOn.has(request)) return null;
    const { url } = request;
    const worker = workerOf(url);
    return worker === own ? null : worker;
  }

  return {
    request: (request, response) => {
      const worker = elsewhere(request);
      if (worker === null) return false;
      const { method, url: path } = request;
      const headers = headersFor(request);
      const further = ask({ socketPath: doorOf(directory, worker), agent, method, path, headers });
      further.on('response', (answer) => {
        response.writeHead(answer.statusCode ?? 502, withoutHops(answer.rawHeaders));
        answer.pipe(response);
        answer.on('error', () => response.destroy());
      });
      further.on('error', () => {
        if (response.headersSent) response.destroy();
        else answerUnknown(response);
      });
      response.on('close', () => further.destroy());
      request.pipe(further);
      return true;
    },
    upgrade: (request, socket, head) => {
      const worker = elsewhere(request);
      if (worker === null) return false;
      const door = connect(doorOf(directory, worker));
      const lines = headersOf(request).map(([name, value]) => `${name}: ${value}`);
      door.write(`${request.method} ${request.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      door.write(head);
      join(socket, door);
      return true;
    },
    arrived: (request) => {
      handedOn.add(request);
    },
    close: () => agent.destroy(),
  };
}

function headersFor(request: IncomingMessage): string[] {
  const kept = headersOf(request).filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()));
  // A body without a length is sent in chunks.
  const isChunked = request.headers['transfer-encoding'] !== undefined;
  return [...kept, ...(isChunked ? [['Transfer-Encoding', 'chunked'] as const] : [])].flat();
}

function headersOf({ rawHeaders, socket }: IncomingMessage): (readonly [string, string])[] {
  const told = pairsOf(rawHeaders).filter(([name]) => name.toLowerCase() !== FROM_HEADER);
  return [...told, [FROM_HEADER, socket.remoteAddress ?? '']];
}

function withoutHops(rawHeaders: readonly string[]): string[] {
  return pairsOf(rawHeaders)
    .filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()))
    .flat();
}

function pairsOf(raw: readonly string[]): (readonly [string, string])[] {
  return raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? ''] as const] : []));
}

function answerUnknown(response: ServerResponse): void {
  response
    .writeHead(400, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', Connection: 'close' })
    .end(UNKNOWN_SESSION);
}

/** Connects two sockets both ways. When one of them ends or breaks, so does the other. */
function join(socket: Duplex, door: Socket): void {
  const cut = (): void => {
    socket.destroy();
    door.destroy();
  };
  for (const side of [socket, door]) side.on('error', cut).on('close', cut);
  socket.pipe(door).pipe(socket);
}
