import { createClient, createCluster, createSentinel } from 'redis';
import type { RedisTarget } from './redis-url.js';

/** One attempt to connect, in ms: a host that takes packets and answers none has failed. */
const CONNECT_TIMEOUT_MS = 2_000;

/** What is the same of one Redis, a cluster and a master behind sentinels. */
export interface RedisClient {
  connect(): Promise<unknown>;
  publish(channel: string, text: string): Promise<unknown>;
  subscribe(channel: string, listener: (text: string) => void): Promise<unknown>;
  eval(script: string, options: { readonly keys: string[]; readonly arguments: string[] }): Promise<unknown>;
  /** Ends the connection: what is under way fails. Never rejects. */
  destroy(): void;
}

/**
 * A client that is not connected yet. It connects once, and queues nothing while it is not connected. When it has failed, its
 * owner makes another one.
 *
 * @param failed is told at least once when the client has lost what it had, and may be told more often.
 */
export function createRedisClient(target: RedisTarget, failed: (error: unknown) => void): RedisClient {
  const client = clientOf(target);
  client.on('error', failed);
  client.on('node-error', failed);
  return {
    connect: async () => client.connect(),
    publish: async (channel, text) => client.publish(channel, text),
    subscribe: async (channel, listener) => client.subscribe(channel, listener),
    eval: async (script, options) => client.eval(script, options),
    destroy: () => {
      // Of sentinels it answers later, of the others at once; neither has anything to say any more.
      Promise.resolve()
        .then(() => client.destroy())
        .catch(() => {});
    },
  };
}

/** The part of the package's three clients that is used. */
interface PackageClient extends RedisClient {
  on(event: 'error' | 'node-error', listener: (error: unknown) => void): unknown;
}

function clientOf(target: RedisTarget): PackageClient {
  const socket = { connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy: false as const };
  const tls = target.tls ? ({ tls: true } as const) : {};
  const { username, password, database } = target;
  const access = {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    disableOfflineQueue: true,
    maintNotifications: 'disabled' as const,
  };
  // The package's own limit makes a timer and a signal for each command; the link has one for all of them.
  const commandOptions = { timeout: 0 };
  switch (target.kind) {
    case 'single':
      return createClient({
        ...access,
        database,
        commandOptions,
        socket: { ...target.at, ...socket, ...tls },
      });
    case 'socket':
      return createClient({ ...access, database, commandOptions, socket: { path: target.path, ...socket } });
    case 'cluster':
      return createCluster({
        rootNodes: target.nodes.map((node) => ({ ...access, socket: { ...node, ...socket, ...tls } })),
        defaults: { ...access, socket: { ...socket, ...tls } },
        minimizeConnections: true,
        commandOptions,
      });
    case 'sentinel':
      return createSentinel({
        name: target.master,
        sentinelRootNodes: [...target.sentinels],
        nodeClientOptions: { ...access, database, socket: { ...socket, ...tls } },
        sentinelClientOptions: { socket: { ...socket, ...tls } },
        passthroughClientErrorEvents: true,
        // Whoever has the client asks the sentinels again.
        maxCommandRediscovers: 1,
        commandOptions,
      });
  }
}
