import type { IncomingMessage } from 'node:http';
import type { Server, Socket } from 'socket.io';
import { type Refusal, refuse } from '../../application/answers/refusal.js';
import type { Metrics } from '../../application/ports/metrics.js';
import type { RateKind, RateLimiter } from '../../application/ports/rate-limiter.js';
import { clientAddressOf } from '../edge/client-address.js';
import type { ConnectionsElsewhere } from './connections-elsewhere.js';

/** Engine.IO's server of connections, over either transport, which lies below Socket.IO. */
type Engine = Server['engine'];
type Connection = Socket['conn'];

/** The pause that clients are asked to make, in ms, when their address has too many connections. */
const RETRY_AFTER_FULL_MS = 10_000;

export interface ConnectionLimitsDependencies {
  readonly rateLimiter: RateLimiter;
  readonly metrics: Metrics;
  /** null if this is the only process. */
  readonly elsewhere: ConnectionsElsewhere | null;
  readonly maxConnectionsPerAddress: number;
  /** See `clientAddressOf`. */
  readonly trustedProxies: number;
}

/** How many connections one address may have, and how fast it may open them. */
export interface ConnectionLimits {
  /** Called before a connection is made. Returns why it must not be made; null when it may be. */
  atHandshake(request: IncomingMessage, engine: Engine): Promise<Refusal | null>;
  /** Called when a connection wants to be let in. Returns the refusal that its client is told; null to let it in. */
  atConnect(socket: Pick<Socket, 'request' | 'conn'>): Promise<Refusal | null>;
}

/**
 * Limits how many connections an address may have, and how fast it may open them. A client that opens them too fast
 * gets a connection all the same, only to be told the refusal, because a client of Socket.IO can read it there. When
 * many such clients come from one address, that would be too much work, and they get no connection. A client that is
 * not let in may not ask again and again on one connection either.
 */
export function createConnectionLimits(dependencies: ConnectionLimitsDependencies): ConnectionLimits {
  const { rateLimiter, metrics, elsewhere, maxConnectionsPerAddress, trustedProxies } = dependencies;
  const watched = new WeakSet<Engine>();
  const openOf = new Map<string, number>();
  const keys = new WeakMap<Connection, string | null>();
  let lastKey = 0;
  const toBeTold = new WeakMap<IncomingMessage, Refusal>();
  metrics.gauge('addresses_connected', () => openOf.size);

  function watch(engine: Engine): void {
    if (watched.has(engine)) return;
    watched.add(engine);
    engine.on('connection', (connection: Connection) => {
      const address = addressOf(connection);
      const open = (openOf.get(address) ?? 0) + 1;
      openOf.set(address, open);
      elsewhere?.opened(address, open);
      connection.on('close', closed);
    });
  }

  /**
   * Takes the address from the connection, because the request's own socket no longer knows it when the connection is
   * gone.
   */
  function addressOf(connection: Connection): string {
    return clientAddressOf({ headers: connection.request.headers, socket: connection }, trustedProxies);
  }

  /**
   * One function serves all connections, because otherwise each would keep a listener of its own until it ends.
   * engine.io emits `close` once.
   */
  function closed(this: Connection): void {
    const address = addressOf(this);
    const others = (openOf.get(address) ?? 0) - 1;
    if (others > 0) openOf.set(address, others);
    else openOf.delete(address);
    elsewhere?.closed(address, Math.max(0, others));
  }

  /**
   * Counts how often a connection asks to be let in. Most connections ask only once, so counting begins with the
   * second time, when a client that was refused tries again; the first time is then counted, too.
   */
  async function asksTooOften(connection: Connection): Promise<Refusal | null> {
    const known = keys.get(connection);
    if (known !== undefined && known !== null) return tooOften('authenticate', known);
    if (known === undefined) {
      keys.set(connection, null);
      return null;
    }
    lastKey += 1;
    const key = `handshake:${lastKey}`;
    keys.set(connection, key);
    await tooOften('authenticate', key);
    return tooOften('authenticate', key);
  }

  async function tooOften(kind: RateKind, key: string): Promise<Refusal | null> {
    const take = await rateLimiter.take(kind, key);
    return take.outcome === 'taken' ? null : refuse('rate.limited', { retryAfterMs: take.retryAfterMs });
  }

  function refusedHandshake(refusal: Refusal): Refusal {
    metrics.count('handshakes_refused_total');
    return refusal;
  }

  return {
    atHandshake: async (request, engine) => {
      watch(engine);
      const address = clientAddressOf(request, trustedProxies);
      const limited = await tooOften('handshake', address);
      const others = elsewhere === null ? 0 : await elsewhere.count(address, openOf.get(address) ?? 0);
      // No `await` may follow here: this counts the connections that were opened while the lines above waited.
      if (others + (openOf.get(address) ?? 0) >= maxConnectionsPerAddress) {
        return refusedHandshake(refuse('rate.limited', { retryAfterMs: RETRY_AFTER_FULL_MS }));
      }
      if (limited === null) return null;
      refusedHandshake(limited);
      if ((await tooOften('refused_handshake', address)) !== null) return limited;
      toBeTold.set(request, limited);
      return null;
    },
    atConnect: async ({ request, conn }) => toBeTold.get(request) ?? (await asksTooOften(conn)),
  };
}
