import { createClient, createCluster, createSentinel } from 'redis';
import type { RedisTarget } from './redis-url.js';

/** How long one attempt to connect may take, in ms. A host may take packets and never answer. */
const CONNECT_TIMEOUT_MS = 2_000;

/** What servers call themselves. Unlike `ROLE`, `HELLO` needs no right of its own. */
const REPLICA_ROLES: ReadonlySet<string> = new Set(['replica', 'slave']);

/** What one Redis, a cluster, and a master behind sentinels have in common. */
export interface RedisClient {
  connect(): Promise<unknown>;
  publish(channel: string, text: string): Promise<unknown>;
  subscribe(channel: string, listener: (text: string) => void): Promise<unknown>;
  eval(script: string, options: { readonly keys: string[]; readonly arguments: string[] }): Promise<unknown>;
  /** Whether the server is a replica. false for a cluster and behind sentinels, where the package finds the master. */
  isReplica(): Promise<boolean>;
  /** Ends the connection, and what is under way fails. Never throws. */
  destroy(): void;
}

/**
 * Creates a client that is not connected yet. It connects once, and queues nothing while it is not connected. When it
 * has failed, its owner creates another one.
 *
 * @param failed called at least once when the client has lost a connection, and perhaps more often.
 */
export function createRedisClient(target: RedisTarget, failed: (error: unknown) => void): RedisClient {
  const client = clientOf(target);
  const isAlone = target.kind === 'single' || target.kind === 'socket';
  client.on('error', failed);
  client.on('node-error', failed);
  return {
    connect: async () => client.connect(),
    publish: async (channel, text) => client.publish(channel, text),
    subscribe: async (channel, listener) => client.subscribe(channel, listener),
    eval: async (script, options) => client.eval(script, options),
    isReplica: async () => isAlone && REPLICA_ROLES.has((await client.hello()).role),
    destroy: () => {
      // The client of sentinels returns a promise, the others end at once. Nobody needs to know how it went.
      Promise.resolve()
        .then(() => client.destroy())
        .catch(() => {});
    },
  };
}

/** The part of the package's three clients that is used. */
interface PackageClient extends Omit<RedisClient, 'isReplica'> {
  on(event: 'error' | 'node-error', listener: (error: unknown) => void): unknown;
  hello(): Promise<{ readonly role: string }>;
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
  // The package's own limit makes a timer and a signal for each command. The link has one limit for all of them.
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
        // The client's owner asks the sentinels again, with another client.
        maxCommandRediscovers: 1,
        commandOptions,
      });
  }
}
