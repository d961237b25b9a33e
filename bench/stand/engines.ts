import { startRedis } from '../../test/support/redis.js';
import { openPeerNetwork } from './peer-network.js';

/** Takes away what carries news between processes, and nothing else. */
export interface Outage {
  /** What a process meets that tries to reach it. */
  readonly name: 'refused' | 'silent';
  begin(): Promise<void>;
  /** Resolves when it can be reached again. */
  end(): Promise<void>;
}

/** What carries news between processes. */
export interface Engine {
  readonly name: 'postgres' | 'redis';
  /** Variables of the processes that use it. */
  readonly env: Readonly<Record<string, string>>;
  readonly outages: readonly Outage[];
  close(): Promise<void>;
}

export async function openPostgresEngine(databaseUrl: string): Promise<Engine> {
  const { url, links, close } = await openPeerNetwork(databaseUrl);
  return {
    name: 'postgres',
    env: { PEERS: 'postgres', DATABASE_URL: url },
    outages: [
      { name: 'refused', begin: async () => void links.block(), end: async () => links.unblock() },
      { name: 'silent', begin: async () => links.hold('both'), end: async () => links.release() },
    ],
    close,
  };
}

export async function openRedisEngine(): Promise<Engine> {
  const { url, kill, start, freeze, goOn, stop } = await startRedis({ password: null });
  return {
    name: 'redis',
    env: { PEERS: 'redis', REDIS_URL: url },
    outages: [
      { name: 'refused', begin: kill, end: start },
      { name: 'silent', begin: async () => freeze(), end: async () => goOn() },
    ],
    close: stop,
  };
}
