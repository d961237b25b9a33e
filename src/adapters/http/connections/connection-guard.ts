import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from '../../../application/ports/logger.js';
import type { Metrics } from '../../../application/ports/metrics.js';
import { createAddressSlots } from './address-slots.js';
import { type Refused, refuseConnection, refuseRequest } from './bare-answer.js';
import { type Connection, isStillSending, newConnection, waitingBytesOf } from './connection.js';
import { closeGently, discard, isClosing } from './gentle-close.js';
import { createInFlightRequests } from './in-flight-requests.js';
import { CONNECTION_LIMITS, type ConnectionLimits } from './limits.js';
import { createSlowReaders } from './slow-readers.js';

export interface ConnectionGuardOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly maxConnectionsPerAddress: number;
  /** See `clientAddressOf`. */
  readonly trustedProxies: number;
  /** Below it, what is refused counts as a handshake. */
  readonly socketPath: string;
  /** `CONNECTION_LIMITS` unless told. */
  readonly limits?: Partial<ConnectionLimits>;
  /** Whether each connection is to end with its next answer, so that what follows goes elsewhere. Never when left out. */
  readonly isDraining?: () => boolean;
}

/** Connections that are too many come back no sooner than this, in ms. */
const TOO_MANY: Refused = { code: 'rate.limited', retryAfterMs: 10_000 };
const BUSY: Refused = { code: 'server.overloaded', retryAfterMs: 1_000 };

/**
 * Holds the connections of an HTTP server within bounds, whoever listens to its requests, before or after. Node itself takes
 * all requests that arrive on a connection at once, keeps answers for as long as nobody reads them, and closes a
 * connection without regard to what the other side is still sending.
 */
export function guardConnections(server: Server, options: ConnectionGuardOptions): GuardedConnections {
  const limits = { ...CONNECTION_LIMITS, ...options.limits };
  const guard = createGuard(options, limits);
  const emit: (event: string, ...given: unknown[]) => boolean = server.emit.bind(server);
  // A listener cannot keep a request from those that come after it.
  const guarded = (event: string, ...given: unknown[]): boolean => {
    if (event === 'connection' && !guard.opened(given[0] as Socket)) return true;
    const isAsked = event === 'request' || event === 'checkExpectation';
    if (isAsked && !guard.asked(given[0] as IncomingMessage, given[1] as ServerResponse)) return true;
    if (event === 'upgrade' && !guard.upgrades(given[0] as IncomingMessage)) return true;
    return emit(event, ...given);
  };
  Object.assign(server, { emit: guarded });
  // As Node would answer, but seen by the guard.
  server.on('checkExpectation', (_request, response) => response.writeHead(417).end());
  const sweep = setInterval(guard.sweep, limits.sweepMs);
  sweep.unref();
  server.once('close', () => clearInterval(sweep));
  return { destroyAll: guard.destroyAll };
}

/** Every connection of the server, whatever Node itself still knows of it: it forgets those that were upgraded. */
export interface GuardedConnections {
  destroyAll(): void;
}

interface Guard {
  /** Each of these says whether the server is to hear of it. */
  opened(socket: Socket): boolean;
  asked(request: IncomingMessage, response: ServerResponse): boolean;
  upgrades(request: IncomingMessage): boolean;
  sweep(): void;
  destroyAll(): void;
}

function createGuard(options: ConnectionGuardOptions, limits: ConnectionLimits): Guard {
  const { logger, metrics, socketPath, isDraining = () => false } = options;
  const connections = new Map<Socket, Connection>();
  const busy = new Set<Connection>();
  const slowReaders = createSlowReaders({ busy, limits, logger, metrics });
  const slots = createAddressSlots(options);
  const inFlight = createInFlightRequests(busy, limits.maxInFlight);
  metrics.gauge('http_connections', () => connections.size);
  metrics.gauge('http_requests_under_way', inFlight.count);
  metrics.gauge('http_bytes_waiting', slowReaders.waitingBytes);

  function refuse(request: IncomingMessage, response: ServerResponse, refused: Refused, closes: boolean) {
    const isHandshake = request.url?.startsWith(`${socketPath}/`) === true;
    metrics.count(isHandshake ? 'handshakes_refused_total' : 'http_requests_refused_total');
    refuseRequest(response, refused, closes);
  }

  function forget(connection: Connection): void {
    connections.delete(connection.socket);
    for (const settle of connection.responses.values()) settle();
    busy.delete(connection);
    slots.left(connection);
  }

  return {
    opened: (socket) => {
      const slot = slots.ofConnection(socket);
      if (slot === null) {
        metrics.count('http_requests_refused_total');
        socket.destroy();
        return false;
      }
      const connection = newConnection(socket, slot);
      connections.set(socket, connection);
      socket.once('close', () => forget(connection));
      if (connection.isTooMany) {
        cutAfter(limits.tooManyMs, socket, () => connection.isTooMany);
      }
      endGently(connection, limits);
      return true;
    },
    asked: (request, response) => {
      const connection = connections.get(request.socket);
      // Not one of this server's own.
      if (connection === undefined) return true;
      const { socket } = connection;
      // Node writes `Connection: close` then, whoever answers.
      response.shouldKeepAlive &&= !isDraining();
      if (connection.isOverflowing || isClosing(socket)) return false;
      slowReaders.look();
      if (socket.destroyed) return false;
      if (inFlight.isTooMuch(connection) || waitingBytesOf(connection) > limits.maxWaitingBytes) {
        connection.isOverflowing = true;
        discard(socket, limits.maxReadOnBytes);
        cutAfter(limits.overflowMs, socket, () => !isClosing(socket));
        // It comes behind the answers that are under way: those who read get them all.
        refuse(request, response, BUSY, true);
        return false;
      }
      const slot = slots.ofRequest(request);
      inFlight.add(connection, request, response, () => slots.answered(slot));
      if (!slots.isWithin(connection)) refuse(request, response, TOO_MANY, true);
      // A proxy's connection is everybody's.
      else if (slot?.isTooMany === true) refuse(request, response, TOO_MANY, false);
      return !response.writableEnded;
    },
    upgrades: (request) => {
      const connection = connections.get(request.socket);
      if (connection === undefined || slots.isWithin(connection)) return true;
      metrics.count('handshakes_refused_total');
      refuseConnection(request.socket, TOO_MANY);
      return false;
    },
    sweep: slowReaders.sweep,
    destroyAll: () => {
      for (const socket of connections.keys()) socket.destroy();
    },
  };
}

function cutAfter(ms: number, socket: Socket, isStillSo: () => boolean): void {
  const timer = setTimeout(() => {
    if (isStillSo()) socket.destroy();
  }, ms).unref();
  socket.once('close', () => clearTimeout(timer));
}

/** Node ends connections by this method when the last answer is written. */
function endGently(connection: Connection, limits: ConnectionLimits): void {
  const { socket } = connection;
  const destroySoon = socket.destroySoon.bind(socket);
  socket.destroySoon = () => {
    if (connection.isOverflowing || isStillSending(connection)) closeGently(socket, limits);
    else destroySoon();
  };
}
