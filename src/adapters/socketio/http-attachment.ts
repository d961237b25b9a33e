import {
  createServer,
  type Server as HttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { type ChatServer, SOCKET_IO_PATH } from './chat-server.js';

/** How long a WebSocket may take to say goodbye before its connection is cut. */
const GOODBYE_LIMIT_MS = 1_000;
/** How long one that is gone may be remembered. */
const SWEEP_MS = 10_000;

/**
 * Serves `io` on an HTTP server that belongs to somebody else, listening already or not. Socket.IO is given a front
 * door of its own behind it, so that `io.close()` takes this away again and leaves the HTTP server open with its
 * listeners as they were. Those that listen to requests by now no longer hear what lies below the path of Socket.IO.
 */
export function attachToHttpServer(io: ChatServer, server: HttpServer | HttpsServer): void {
  const frontDoor = createServer();
  io.attach(frontDoor);

  const displaced = server.rawListeners('request') as RequestListener[];
  const upgraded = new Set<Duplex>();
  // Not a listener on each of them, which every connection would carry for as long as it lives.
  const sweep = setInterval(() => {
    for (const socket of upgraded) if (socket.destroyed) upgraded.delete(socket);
  }, SWEEP_MS);
  sweep.unref();
  let open = true;

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    if (open && request.url?.startsWith(`${SOCKET_IO_PATH}/`)) {
      frontDoor.emit('request', request, response);
      return;
    }
    for (const listener of displaced) Reflect.apply(listener, server, [request, response]);
  };
  // Upgrades that nobody answers are ended by Socket.IO, too.
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    upgraded.add(socket);
    frontDoor.emit('upgrade', request, socket, head);
  };

  server.removeAllListeners('request');
  server.on('request', onRequest);
  server.on('upgrade', onUpgrade);

  frontDoor.once('close', () => {
    open = false;
    clearInterval(sweep);
    server.off('upgrade', onUpgrade);
    // Whoever wrapped this one since goes on calling it; it then only passes on.
    if (server.listeners('request').includes(onRequest)) {
      server.off('request', onRequest);
      for (const listener of displaced) server.on('request', listener);
    }
    setTimeout(() => {
      for (const socket of upgraded) socket.destroy();
    }, GOODBYE_LIMIT_MS).unref();
  });
}
