import { z } from 'zod';
import { complaintOfRedisUrl } from '../adapters/redis/redis-url.js';
import { ConfigError } from './config-error.js';

const PEERS = ['none', 'postgres', 'redis'] as const;

/** How processes that serve the same database hear of each other; `none` if there is only one. */
type PeersKind = (typeof PEERS)[number];

/** The form of the variables about other processes, and their defaults. */
export const peersVariables = {
  PEERS: z.enum(PEERS, { error: `must be one of ${PEERS.join(', ')}` }).optional(),
  /** Checked only if Redis is used, because other programs have a variable of this name, too. */
  REDIS_URL: z.string().optional(),
};

export interface PeersConfig {
  readonly peers: PeersKind;
  /** null unless `peers` is `redis`. Holds a password: never log it. */
  readonly redisUrl: string | null;
}

/** The options by which a host application may set these variables. */
export interface PeersOptions {
  /** As `PEERS`. */
  readonly peers?: PeersKind | undefined;
  /** As `REDIS_URL`; null counts as none, whatever the environment says. */
  readonly redisUrl?: string | null | undefined;
}

export function peersVariablesOf({ peers, redisUrl }: PeersOptions): Record<string, string | undefined> {
  return { PEERS: peers, REDIS_URL: redisUrl === null ? '' : redisUrl };
}

interface PeersValues {
  readonly PEERS?: PeersKind | undefined;
  readonly REDIS_URL?: string | undefined;
  readonly DATABASE_URL?: string | undefined;
  readonly WORKERS?: number | 'auto' | undefined;
}

/**
 * Decides how processes hear of each other. The server's own PostgreSQL belongs to this process alone, or to its
 * workers.
 *
 * @throws {ConfigError} when the variables contradict each other.
 */
export function decidePeers(values: PeersValues): PeersConfig {
  const { PEERS: given, REDIS_URL, DATABASE_URL, WORKERS } = values;
  if (WORKERS !== undefined && given === 'none')
    throw new ConfigError('WORKERS must not be set while PEERS is none: the workers are peers');
  if (DATABASE_URL === undefined && WORKERS === undefined) {
    if (given === undefined || given === 'none') return { peers: 'none', redisUrl: null };
    throw new ConfigError(`PEERS must be none, not ${given}, while neither DATABASE_URL nor WORKERS is set`);
  }
  const peers = given ?? (REDIS_URL === undefined ? 'postgres' : 'redis');
  if (peers !== 'redis') return { peers, redisUrl: null };
  if (REDIS_URL === undefined) throw new ConfigError('REDIS_URL must be set while PEERS is redis');
  const complaint = complaintOfRedisUrl(REDIS_URL);
  if (complaint !== null) throw new ConfigError(`REDIS_URL ${complaint}`);
  return { peers, redisUrl: REDIS_URL };
}
