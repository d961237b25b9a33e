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

/** How long a WebSocket may take to say goodbye before its connection is cut. */
const GOODBYE_LIMIT_MS = 1_000;
/** How long one that is gone may be remembered. */
const SWEEP_MS = 10_000;
/** What an upgrade that nobody wants is told. */
const NOBODY_HERE = { code: 'request.not_found', message: 'There is nothing at this address.' };

/**
 * Serves `io` on an HTTP server that belongs to somebody else, listening already or not. Socket.IO is given a front
 * door of its own behind it, so that `io.close()` takes this away again and leaves the HTTP server open with its
 * listeners as they were. Those that listen to requests by now no longer hear what lies below the path of Socket.IO.
 *
 * Node hands every upgrade to whoever listens to one: WebSockets below the path of Socket.IO are ours. Others belong to
 * the host where it listens, too, and are never touched; where it does not, they are answered and end, and what asks for
 * another protocol is served as the plain request that it is for somebody who does not speak it.
 *
 * Another Socket.IO that is attached later at the same path is refused; for one that is there already, see
 * `refuseOtherSocketIo`.
 */
export function attachToHttpServer(io: ChatServer, server: HttpServer | HttpsServer): void {
  const frontDoor = createServer();
  // What it does with upgrades of others ends those of the host, and leaves some that nobody wants open for ever.
  io.attach(frontDoor, { destroyUpgrade: false });

  const below = `${io.path()}/`;
  const isBelowPath = ({ url }: IncomingMessage): boolean => url?.startsWith(below) === true;
  const displaced = server.rawListeners('request') as RequestListener[];
  const upgraded = rememberOpen();
  let open = true;

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    if (open && isBelowPath(request)) {
      frontDoor.emit('request', request, response);
      return;
    }
    for (const listener of displaced) Reflect.apply(listener, server, [request, response]);
  };
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    ignoreErrors(socket);
    if (isBelowPath(request) && isForWebSocket(request)) {
      upgraded.add(socket);
      frontDoor.emit('upgrade', request, socket, head);
      return;
    }
    // At this moment: a host may begin to listen whenever it likes. It is asked after us, so that one who listens once is
    // still there.
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
    // Whoever wrapped this one since goes on calling it; it then only passes on.
    if (server.listeners('request').includes(onRequest)) {
      server.off('request', onRequest);
      for (const listener of displaced) server.on('request', listener);
    }
    upgraded.end();
  });
}

/** The one protocol that is spoken here. Where it is one of several, HTTP leaves it to us to stay with none. */
function isForWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.trim().toLowerCase() === 'websocket';
}

/** Our connections that Node no longer knows, and that would outlive us. */
function rememberOpen() {
  const sockets = new Set<Duplex>();
  // Not a listener on each of them, which every connection would carry for as long as it lives.
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
