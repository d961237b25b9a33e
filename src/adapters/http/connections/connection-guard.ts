import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
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
  /** A refused request below this path is counted as a refused handshake. */
  readonly socketPath: string;
  /** `CONNECTION_LIMITS` when left out. */
  readonly limits?: Partial<ConnectionLimits>;
  /**
   * While this is true, every connection ends with its next answer, so that its client goes to another process. Never
   * when left out.
   */
  readonly isDraining?: () => boolean;
}

/** The pause that clients are asked to make, in ms, when their address has too many connections. */
const TOO_MANY: Refused = { code: 'rate.limited', retryAfterMs: 10_000 };
const BUSY: Refused = { code: 'server.overloaded', retryAfterMs: 1_000 };

/**
 * Holds the connections of an HTTP server within bounds, whoever else listens to its requests. Node by itself takes
 * all requests that arrive on a connection at once, keeps answers until somebody reads them, and closes a connection
 * without regard to what the other side is still sending.
 */
export function guardConnections(server: Server, options: ConnectionGuardOptions): GuardedConnections {
  const limits = { ...CONNECTION_LIMITS, ...options.limits };
  const guard = createGuard(options, limits);
  const emit: (event: string, ...given: unknown[]) => boolean = server.emit.bind(server);
  // This wraps `emit`, because a listener could not keep an event from the listeners after it.
  const guarded = (event: string, ...given: unknown[]): boolean => {
    if (event === 'connection' && !guard.opened(given[0] as Socket)) return true;
    const isAsked = event === 'request' || event === 'checkExpectation';
    if (isAsked && !guard.asked(given[0] as IncomingMessage, given[1] as ServerResponse)) return true;
    if (event === 'upgrade' && !guard.upgrades(given[0] as IncomingMessage)) return true;
    return emit(event, ...given);
  };
  Object.assign(server, { emit: guarded });
  // Node would give the same answer, but without asking the guard.
  server.on('checkExpectation', (_request, response) => response.writeHead(417).end());
  const sweep = setInterval(guard.sweep, limits.sweepMs);
  sweep.unref();
  server.once('close', () => clearInterval(sweep));
  return { destroyAll: guard.destroyAll };
}

/** Every connection of the server. Node's own list leaves out those that were upgraded. */
export interface GuardedConnections {
  destroyAll(): void;
}

interface Guard {
  /** Each of these three returns whether the server may hear of the event. */
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

  // All connections share these two functions, because otherwise each would keep some of its own until it ends.

  function onClose(this: Socket): void {
    const connection = connections.get(this);
    if (connection === undefined) return;
    connections.delete(this);
    for (const settle of connection.responses?.values() ?? []) settle();
    busy.delete(connection);
    slots.left(connection);
  }

  /**
   * Node calls this when the last answer on a connection is written. Here it waits until the client has sent the rest
   * of its request.
   */
  function destroySoonOrGently(this: Socket): void {
    const connection = connections.get(this);
    const isGentle = connection !== undefined && (connection.isOverflowing || isStillSending(connection));
    if (isGentle) closeGently(this, limits);
    else Socket.prototype.destroySoon.call(this);
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
      socket.on('close', onClose);
      socket.destroySoon = destroySoonOrGently;
      if (connection.isTooMany) {
        cutAfter(limits.tooManyMs, socket, () => connection.isTooMany);
      }
      return true;
    },
    asked: (request, response) => {
      const connection = connections.get(request.socket);
      // The request came on a connection that the server did not open itself.
      if (connection === undefined) return true;
      const { socket } = connection;
      // This makes Node write `Connection: close`, whoever answers.
      response.shouldKeepAlive &&= !isDraining();
      if (connection.isOverflowing || isClosing(socket)) return false;
      slowReaders.look();
      if (socket.destroyed) return false;
      if (inFlight.isTooMuch(connection) || waitingBytesOf(connection) > limits.maxWaitingBytes) {
        connection.isOverflowing = true;
        discard(socket, limits.maxReadOnBytes);
        cutAfter(limits.overflowMs, socket, () => !isClosing(socket));
        // The refusal comes after the answers that are under way, so that clients that read get all of them.
        refuse(request, response, BUSY, true);
        return false;
      }
      const slot = slots.ofRequest(request);
      inFlight.add(connection, request, response, () => slots.answered(slot));
      if (!slots.isWithin(connection)) refuse(request, response, TOO_MANY, true);
      // Other clients share the proxy's connection, so it stays open.
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
