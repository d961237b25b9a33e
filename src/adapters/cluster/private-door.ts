import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { FROM_HEADER } from './doors.js';
import type { HandOn } from './hand-on.js';

export interface PrivateDoor {
  close(): Promise<void>;
}

/**
 * Takes the requests that other workers hand on, as if they had reached `server` from their clients. Everybody who
 * can open the Unix socket is believed, which only this account can.
 */
export async function openPrivateDoor(
  path: string,
  server: Server | HttpsServer,
  { arrived }: Pick<HandOn, 'arrived'>,
): Promise<PrivateDoor> {
  const door = createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 });
  door.on('request', (request, response) => {
    tellFrom(request);
    arrived(request);
    server.emit('request', request, response);
  });
  door.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    tellFrom(request);
    arrived(request);
    server.emit('upgrade', request, socket, head);
  });
  // A worker that was killed may have left its socket.
  await rm(path, { force: true });
  door.listen(path);
  await once(door, 'listening');
  return {
    close: async () => {
      door.close();
      door.closeAllConnections();
    },
  };
}

function tellFrom(request: IncomingMessage): void {
  const { headers, rawHeaders, socket } = request;
  const from = [headers[FROM_HEADER] ?? ''].flat()[0] ?? '';
  delete headers[FROM_HEADER];
  const at = rawHeaders.findIndex((name) => name.toLowerCase() === FROM_HEADER);
  if (at >= 0) rawHeaders.splice(at, 2);
  // The next request on this connection may be another client's, and sets this again.
  Object.defineProperty(socket, 'remoteAddress', { value: from, configurable: true });
}
