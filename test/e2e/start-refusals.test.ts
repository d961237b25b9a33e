import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createTestDatabase } from '../support/postgres.js';
import { openServers } from '../support/server-process.js';
import { TEST_SECRET } from '../support/tokens.js';

const servers = openServers();

async function occupyPort(): Promise<number> {
  const other: Server = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  onTestFinished(() => {
    other.close();
  });
  return (other.address() as AddressInfo).port;
}

async function refusalWith(env: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const server = servers.launch({ env });
  expect(await server.exited).toEqual({ code: 1, signal: null });
  return server.stderr;
}

const A_KEY = 'CHAT_JWT_SECRET or CHAT_JWKS_URL must be set';
/** Nothing listens there, and nothing is asked. */
const LOCAL_DATABASE = 'postgresql://chat:hidden@127.0.0.1:1/chat';
const OTHER_DATABASE = 'postgresql://chat:hidden@db.invalid/chat';

const refusals: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
  [{ PORT: 'three thousand' }, 'PORT must be a whole number from 0 to 65535'],
  [
    { HOST: '0.0.0.0', CHAT_JWT_SECRET: TEST_SECRET },
    'HOST must be a loopback address such as 127.0.0.1 while DATABASE_URL is not set',
  ],
  [{ HOST: '0.0.0.0' }, `${A_KEY} while HOST is not a loopback address`],
  [{ NODE_ENV: 'production' }, `${A_KEY} while NODE_ENV is production`],
  [
    { DATABASE_URL: LOCAL_DATABASE, CHAT_AUTH: '' },
    `${A_KEY} while DATABASE_URL is; to try it on this machine, CHAT_AUTH=demo`,
  ],
  [{ CHAT_AUTH: 'jwt' }, `${A_KEY} while CHAT_AUTH is jwt`],
  [{ CHAT_JWT_AUDIENCE: 'chat' }, `${A_KEY} while CHAT_JWT_AUDIENCE is`],
  [{ CHAT_JWT_SECRET: 'hidden' }, 'CHAT_JWT_SECRET must have 32 bytes or more'],
  [
    { CHAT_JWT_SECRET: TEST_SECRET, CHAT_JWKS_URL: 'https://issuer.invalid/jwks' },
    'CHAT_JWT_SECRET must not be set together with CHAT_JWKS_URL',
  ],
  [
    { CHAT_JWKS_URL: 'https://chat:hidden@issuer.invalid/jwks' },
    'CHAT_JWKS_URL must be an https URL (http on loopback only) without a user name or password',
  ],
  [
    { CHAT_AUTH: 'demo', CHAT_JWT_SECRET: TEST_SECRET },
    'CHAT_AUTH must not be demo while CHAT_JWT_SECRET is set',
  ],
  [{ CHAT_AUTH: 'demo', NODE_ENV: 'production' }, 'CHAT_AUTH must not be demo while NODE_ENV is production'],
  [
    { CHAT_AUTH: 'demo', DATABASE_URL: OTHER_DATABASE },
    'DATABASE_URL must name a database on this machine while CHAT_AUTH is demo',
  ],
  [
    { CHAT_AUTH: 'demo', DATABASE_URL: LOCAL_DATABASE, HOST: '0.0.0.0' },
    `${A_KEY} while HOST is not a loopback address`,
  ],
  [{ METRICS: 'token' }, 'METRICS_TOKEN must be set while METRICS is token'],
  [
    { METRICS: 'open', METRICS_TOKEN: 'a-hidden-token-of-metrics' },
    'METRICS must not be open while METRICS_TOKEN is set',
  ],
  [
    { METRICS: 'local', METRICS_TOKEN: 'a-hidden-token-of-metrics' },
    'METRICS must not be local while METRICS_TOKEN is set',
  ],
  [{ CHAT_JWT_SECERT: TEST_SECRET }, 'CHAT_JWT_SECERT is not a setting; the nearest one is CHAT_JWT_SECRET'],
  [{ RATE_LIMITS: 'off', CHAT_JWT_SECRET: TEST_SECRET }, 'RATE_LIMITS must be on outside demo mode'],
];
test.each(refusals)('%o stops the start with one line that tells no secret', async (env, line) => {
  const server = servers.launch({ env });
  expect(await server.exited).toEqual({ code: 1, signal: null });
  expect(server.stderr).toEqual([`Cannot start: ${line}`]);
  expect(server.stdout).toEqual([]);
});

test('a port that is taken stops the start with one line, and its PostgreSQL too', async () => {
  const port = await occupyPort();
  const dataDir = await servers.usedDataDir();
  expect(await refusalWith({ PORT: String(port), DATA_DIR: dataDir })).toEqual([
    `Cannot start: PORT ${port} is in use by another program`,
  ]);
  // The directory is free again.
  const server = await servers.start({ env: { DATA_DIR: dataDir } });
  expect(await server.stop()).toEqual({ code: 0, signal: null });
});

test('a data directory that cannot be one stops the start with one line', async () => {
  const file = join(await servers.newDataDir(), 'file');
  await writeFile(file, '');
  const [line, ...more] = await refusalWith({ DATA_DIR: file });
  expect(line).toMatch(/^Cannot start: The data directory \(DATA_DIR\) .*file cannot be used: /);
  expect(more).toEqual([]);
});

test('a host that is not this machine stops the start with one line', async () => {
  const { databaseUrl, drop } = await createTestDatabase();
  onTestFinished(drop);
  // An address for documentation: nobody's.
  const env = { DATABASE_URL: databaseUrl, CHAT_JWT_SECRET: TEST_SECRET, HOST: '192.0.2.1' };
  expect(await refusalWith(env)).toEqual(['Cannot start: HOST 192.0.2.1 is not an address of this machine']);
});
