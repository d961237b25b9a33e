import { IncomingMessage, type ServerResponse } from 'node:http';
import type { Server } from 'socket.io';
import { type AllowedOrigins, isOriginAllowed, isSamePage } from './origin-policy.js';
import { answerAtTheDoor, type DoorProblem } from './refused-handshake.js';
import { holdToUtf8 } from './utf8-bodies.js';

type Engine = Server['engine'];
type EngineRequest = IncomingMessage & {
  readonly _query?: Readonly<Record<string, string>>;
  res?: ServerResponse | null;
};

export interface FrontDoorOptions {
  readonly corsOrigin: AllowedOrigins;
  /** Whether a request may be answered, by the address that it comes from. All may when left out. */
  readonly admits?: ((request: IncomingMessage) => boolean) | undefined;
  /** Whether to refuse new connections while those that are open go on. Never when left out. */
  readonly isDraining?: (() => boolean) | undefined;
  /**
   * Called for each request that is refused because of the page that it comes from, with the request's headers, and
   * with the origin of the session that it names, if it was compared with that.
   */
  readonly originRefused?:
    | ((headers: IncomingMessage['headers'], sessionOrigin?: string) => void)
    | undefined;
}

/**
 * Checks every request of every transport against the allowed origins: the first request of a connection, and those
 * that name its session, which are further requests of long polling and upgrades. engine.io asks `allowRequest` only
 * about the first one, and a session id is part of the URL, which others may learn. JSONP is refused, because a page
 * of any origin can read what its own `<script>` loads.
 */
export function guardFrontDoor(engine: Engine, options: FrontDoorOptions): void {
  const { corsOrigin, admits, isDraining, originRefused } = options;

  function problemOf(request: EngineRequest): DoorProblem | null {
    const { headers, _query: query = {} } = request;
    if (!isOriginAllowed(headers, corsOrigin)) {
      originRefused?.(headers);
      return 'request.origin_forbidden';
    }
    if (admits !== undefined && !admits(request)) return 'request.origin_forbidden';
    const handshake = handshakeOf(query['sid']);
    if (handshake !== null && !isSamePage(headers, handshake)) {
      originRefused?.(headers, handshake.origin ?? 'none');
      return 'request.origin_forbidden';
    }
    if (Object.hasOwn(query, 'j')) return 'request.jsonp_forbidden';
    return isDraining?.() === true && !Object.hasOwn(query, 'sid') ? 'server.unavailable' : null;
  }

  /** The headers with which the session was opened; null if no such session exists. */
  function handshakeOf(sid: string | undefined): IncomingMessage['headers'] | null {
    // engine.io does not declare this field, so its shape is checked.
    const clients: unknown = Reflect.get(engine, 'clients');
    if (sid === undefined || !isObject(clients) || !Object.hasOwn(clients, sid)) return null;
    const client: unknown = Reflect.get(clients, sid);
    const request: unknown = isObject(client) ? Reflect.get(client, 'request') : null;
    return request instanceof IncomingMessage ? request.headers : null;
  }

  engine.use((request: EngineRequest, _response: unknown, next: () => void) => {
    const problem = problemOf(request);
    if (problem !== null) {
      answerAtTheDoor(request, problem);
      return;
    }
    // The body of any other request is never read. Node discards it, provided that nobody has touched it.
    if (request.method === 'POST' && handshakeOf(request._query?.['sid']) !== null) holdToUtf8(request);
    next();
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
