import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/config/config-error.js';
import { type ChatOptions, readChatConfig, readConfig } from '../../src/config.js';

const CHAT_JWT_SECRET = 'a secret of thirty-two bytes, or more';
const DATABASE_URL = 'postgresql://chat:secret@db.example/chat';
const REDIS_URL = 'redis://:secret@cache.example:6379';

function refusalOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'accepted';
}

function peersOf(env: Record<string, string>) {
  const { peers, redisUrl } = readConfig({ CHAT_JWT_SECRET, ...env });
  return { peers, redisUrl };
}

describe('how processes hear of each other', () => {
  test.each<[string, Record<string, string>, string, string | null]>([
    ['nothing', {}, 'none', null],
    ['none, said so', { PEERS: 'none' }, 'none', null],
    ['a Redis of another program beside its own PostgreSQL', { REDIS_URL }, 'none', null],
    ['a database', { DATABASE_URL }, 'postgres', null],
    ['a database and a Redis', { DATABASE_URL, REDIS_URL }, 'redis', REDIS_URL],
    ['a database alone', { DATABASE_URL, PEERS: 'none' }, 'none', null],
    [
      'a database, and a Redis that is not for this',
      { DATABASE_URL, REDIS_URL, PEERS: 'postgres' },
      'postgres',
      null,
    ],
    [
      'none, and a Redis of another program',
      { DATABASE_URL, REDIS_URL: 'what?', PEERS: 'none' },
      'none',
      null,
    ],
    ['Redis, said so', { DATABASE_URL, REDIS_URL, PEERS: 'redis' }, 'redis', REDIS_URL],
    ['a variable that is empty', { DATABASE_URL, REDIS_URL: '', PEERS: '' }, 'postgres', null],
  ])('is decided by %s', (_what, env, peers, redisUrl) => {
    expect(peersOf(env)).toEqual({ peers, redisUrl });
  });

  test.each<[string, Record<string, string>, string]>([
    ['another word', { DATABASE_URL, PEERS: 'rabbit' }, 'PEERS must be one of none, postgres, redis'],
    [
      'peers of its own PostgreSQL',
      { PEERS: 'postgres' },
      'PEERS must be none, not postgres, while neither DATABASE_URL nor WORKERS is set',
    ],
    [
      'Redis beside its own PostgreSQL',
      { PEERS: 'redis', REDIS_URL },
      'PEERS must be none, not redis, while neither DATABASE_URL nor WORKERS is set',
    ],
    ['Redis without one', { DATABASE_URL, PEERS: 'redis' }, 'REDIS_URL must be set while PEERS is redis'],
  ])('refuses %s in one line', (_what, env, line) => {
    expect(refusalOf(() => peersOf(env))).toBe(line);
  });

  test('is decided by options before variables', () => {
    const env = { CHAT_JWT_SECRET, DATABASE_URL, REDIS_URL };
    const of = (options: ChatOptions) => {
      const { peers, redisUrl } = readChatConfig(options, env);
      return { peers, redisUrl };
    };
    expect(of({})).toEqual({ peers: 'redis', redisUrl: REDIS_URL });
    expect(of({ redisUrl: null })).toEqual({ peers: 'postgres', redisUrl: null });
    expect(of({ peers: 'none' })).toEqual({ peers: 'none', redisUrl: null });
    expect(of({ redisUrl: 'redis://other' })).toEqual({ peers: 'redis', redisUrl: 'redis://other' });
    expect(of({ databaseUrl: null })).toEqual({ peers: 'none', redisUrl: null });
    const ofHost = { CHAT_JWT_SECRET, DATABASE_URL, REDIS_URI: REDIS_URL };
    expect(readChatConfig({}, ofHost).peers).toBe('postgres');
    expect(refusalOf(() => of({ peers: 'redis', redisUrl: null }))).toBe(
      'REDIS_URL must be set while PEERS is redis (set by the option peers)',
    );
  });
});
