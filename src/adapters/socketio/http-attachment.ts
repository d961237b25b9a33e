import {
  createServer,
  type Server as HttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import type { ChatServer } from './chat-server.js';
import { refuseLaterSocketIo } from './other-socket-io.js';
import { serveAsPlainRequest } from './plain-requests.js';
import { answerUpgrade, ignoreErrors } from './upgrade-answers.js';

/** How long a WebSocket may take to close properly before its connection is cut, in ms. */
const GOODBYE_LIMIT_MS = 1_000;
/** How often closed connections are removed from the set of open ones, in ms. */
const SWEEP_MS = 10_000;
/** The answer to an upgrade that nobody serves. */
const NOBODY_HERE = { code: 'request.not_found', message: 'There is nothing at this address.' };

/** Takes over requests of connections that another process has. Each method returns whether it took the request. */
export interface Elsewhere {
  request(request: IncomingMessage, response: ServerResponse): boolean;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
}

const NOWHERE_ELSE: Elsewhere = { request: () => false, upgrade: () => false };

/**
 * Serves `io` on an HTTP server that belongs to somebody else, listening already or not. Socket.IO is attached to a
 * front door of its own behind that server, so that `io.close()` takes it away again and leaves the HTTP server open
 * with its listeners as they were. Request listeners that the server has at this moment no longer hear of requests
 * below the path of Socket.IO.
 *
 * Node hands every upgrade to all who listen for upgrades. WebSockets below the path of Socket.IO are ours. Other
 * upgrades belong to the host if it listens for upgrades, too, and are then never touched. If it does not listen, a
 * WebSocket is refused and its connection ends; a request for another protocol is served as a plain request, which it
 * is to a server that does not speak that protocol.
 *
 * Another Socket.IO that is attached later at the same path is refused. `refuseOtherSocketIo` refuses to come second to
 * one that was attached before.
 */
export function attachToHttpServer(
  io: ChatServer,
  server: HttpServer | HttpsServer,
  elsewhere: Elsewhere = NOWHERE_ELSE,
): void {
  const frontDoor = createServer();
  // Socket.IO's own handling would end upgrades of the host, and leave some that nobody serves open for ever.
  io.attach(frontDoor, { destroyUpgrade: false });

  const below = `${io.path()}/`;
  const isBelowPath = ({ url }: IncomingMessage): boolean => url?.startsWith(below) === true;
  const displaced = server.rawListeners('request') as RequestListener[];
  const upgraded = rememberOpen();
  let open = true;

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    if (open && isBelowPath(request)) {
      if (!elsewhere.request(request, response)) frontDoor.emit('request', request, response);
      return;
    }
    for (const listener of displaced) Reflect.apply(listener, server, [request, response]);
  };
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    ignoreErrors(socket);
    if (isBelowPath(request) && isForWebSocket(request)) {
      upgraded.add(socket);
      if (!elsewhere.upgrade(request, socket, head)) frontDoor.emit('upgrade', request, socket, head);
      return;
    }
    // Looked up for each upgrade, because a host may begin to listen at any time. Our listener comes first, so a
    // host's `once` listener is still in the list.
    const isOfTheHost = server.listeners('upgrade').some((listener) => listener !== onUpgrade);
    if (isOfTheHost && !isBelowPath(request)) return;
    if (isForWebSocket(request)) answerUpgrade(socket, 404, NOBODY_HERE);
    else serveAsPlainRequest(server, request, socket, head);
  };

  server.removeAllListeners('request');
  server.on('request', onRequest);
  server.prependListener('upgrade', onUpgrade);
  const allowOthers = refuseLaterSocketIo(server, io.path());

  frontDoor.once('close', () => {
    open = false;
    allowOthers();
    server.off('upgrade', onUpgrade);
    // If somebody has wrapped this listener since, it cannot be removed; it then only passes requests on.
    if (server.listeners('request').includes(onRequest)) {
      server.off('request', onRequest);
      for (const listener of displaced) server.on('request', listener);
    }
    upgraded.end();
  });
}

/**
 * Whether the request asks for WebSocket, the only protocol that is spoken here. If a request names several, HTTP
 * allows us to switch to none of them.
 */
function isForWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.trim().toLowerCase() === 'websocket';
}

/** Keeps the upgraded connections, which Node no longer tracks and which would outlive the server. */
function rememberOpen() {
  const sockets = new Set<Duplex>();
  // Connections are removed by a sweep, because a listener on each of them would take memory until it ends.
  const sweep = setInterval(() => {
    for (const socket of sockets) if (socket.destroyed) sockets.delete(socket);
  }, SWEEP_MS);
  sweep.unref();
  return {
    add: (socket: Duplex) => sockets.add(socket),
    end: () => {
      clearInterval(sweep);
      setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, GOODBYE_LIMIT_MS).unref();
    },
  };
}
