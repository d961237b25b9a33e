import { describe, expect, test } from 'vitest';
import { complaintOfRedisUrl, nameOfTarget, readRedisUrl } from '../../../src/adapters/redis/redis-url.js';
import { ConfigError } from '../../../src/config/config-error.js';
import { readConfig } from '../../../src/config.js';

const NOBODY = { username: undefined, password: undefined };

describe('a URL that is understood', () => {
  test.each([
    [
      'redis://127.0.0.1',
      { kind: 'single', at: { host: '127.0.0.1', port: 6_379 }, tls: false, ...NOBODY, database: 0 },
    ],
    [
      'rediss://chat:p%40%3A%2Fss@redis.example:6380/3',
      {
        kind: 'single',
        at: { host: 'redis.example', port: 6_380 },
        tls: true,
        username: 'chat',
        password: 'p@:/ss',
        database: 3,
      },
    ],
    [
      'redis://:secret@[::1]:7000',
      {
        kind: 'single',
        at: { host: '::1', port: 7_000 },
        tls: false,
        username: undefined,
        password: 'secret',
        database: 0,
      },
    ],
    [
      'redis://:secret@a:7000,b:7001,[::1]',
      {
        kind: 'cluster',
        nodes: [
          { host: 'a', port: 7_000 },
          { host: 'b', port: 7_001 },
          { host: '::1', port: 6_379 },
        ],
        tls: false,
        username: undefined,
        password: 'secret',
        database: 0,
      },
    ],
    [
      'rediss+sentinel://chat:pw@s1,s2:26380/my-master/2',
      {
        kind: 'sentinel',
        sentinels: [
          { host: 's1', port: 26_379 },
          { host: 's2', port: 26_380 },
        ],
        master: 'my-master',
        tls: true,
        username: 'chat',
        password: 'pw',
        database: 2,
      },
    ],
    [
      'unix://:pw@/run/redis/redis%20chat.sock?db=1',
      {
        kind: 'socket',
        path: '/run/redis/redis chat.sock',
        tls: false,
        username: undefined,
        password: 'pw',
        database: 1,
      },
    ],
  ])('%s', (text, target) => {
    expect(complaintOfRedisUrl(text)).toBeNull();
    expect(readRedisUrl(text)).toEqual(target);
    expect(nameOfTarget(readRedisUrl(text))).not.toMatch(/secret|pw|p@/);
  });
});

test.each([
  'http://127.0.0.1:6379',
  'https://redis.example',
  '127.0.0.1:6379',
  'redis:127.0.0.1',
  'redis://',
  'redis://:secret@',
  'redis://:sec@ret@host',
  'redis://:se/cret@host',
  'redis://host:0',
  'redis://host:70000',
  'redis://host:port',
  'redis://host/name',
  'redis://host/1/2',
  'redis://host?x=1',
  'redis://host#1',
  'redis://:%E0%A4%A@host',
  'redis://a,',
  'redis://a,b/1',
  'redis+sentinel://a:26379',
  'redis+sentinel://a/name/x',
  'unix://',
  'unix:///',
  'unix:///run/redis.sock?db=x',
])('%s is none, which is said in one line without its password', (text) => {
  const complaint = complaintOfRedisUrl(text) ?? '';
  expect(complaint).toMatch(/^must [^\n]+$/);
  expect(complaint).not.toContain('secret');
  const env = { DATABASE_URL: 'postgresql://u:p@h/d', CHAT_JWT_SECRET: 'x'.repeat(32), REDIS_URL: text };
  expect(() => readConfig(env)).toThrow(new ConfigError(`REDIS_URL ${complaint}`));
});
