import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createTestDatabase } from '../support/postgres.js';
import { openServers } from '../support/server-process.js';

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

test.each([
  [{ PORT: 'three thousand' }, 'Cannot start: PORT must be a whole number from 0 to 65535'],
  [
    { HOST: '0.0.0.0' },
    'Cannot start: HOST must be a loopback address such as 127.0.0.1 while DATABASE_URL is not set',
  ],
])('%o stops the start with one line', async (env, line) => {
  expect(await refusalWith(env)).toEqual([line]);
});

test('a port that is taken stops the start with one line, and its PostgreSQL too', async () => {
  const port = await occupyPort();
  const dataDir = await servers.newDataDir();
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
  expect(await refusalWith({ DATABASE_URL: databaseUrl, HOST: '192.0.2.1' })).toEqual([
    'Cannot start: HOST 192.0.2.1 is not an address of this machine',
  ]);
});
