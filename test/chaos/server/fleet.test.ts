import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createRandom } from '../random.js';
import { type Fleet, openFleet } from './fleet.js';

const PATIENCE = { timeout: 20_000, interval: 20 };

/** Stands for a server process, and for an engine: says who it is, and whether it is ready. */
async function listenAs(name: string, port: number, isReady: () => boolean = () => true): Promise<Server> {
  const server = createServer((asked, response) => {
    response.statusCode = asked.url === '/readyz' && !isReady() ? 503 : 200;
    response.end(name);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** On a connection of its own; null where there is none. */
function whoIsAt(url: string): Promise<string | null> {
  return new Promise((resolve) => {
    const asked = request(url, { agent: false });
    asked.on('response', (response) => {
      response.setEncoding('utf8').on('data', resolve);
    });
    asked.on('error', () => resolve(null));
    asked.end();
  });
}

async function openWith(processes: number): Promise<Fleet> {
  const engine = await listenAs('the engine', 0);
  const directory = await mkdtemp(join(tmpdir(), 'chat-fleet-'));
  const databaseUrl = `postgresql://somebody:secret@127.0.0.1:${portOf(engine)}/chat?schema=one`;
  const fleet = await openFleet({ processes, databaseUrl, redisUrl: null, directory });
  onTestFinished(async () => {
    await fleet.close();
    await rm(directory, { recursive: true });
  });
  return fleet;
}

test('a process that is alone has its engine for itself, and the right time', async () => {
  const { members } = await openWith(1);
  expect(members).toHaveLength(1);
  expect(members[0]).toMatchObject({ database: null, redis: null, server: { clockOffsetMs: 0 } });
});

test('several have each a port, a clock and a way to the engine of their own', async () => {
  const { members } = await openWith(3);
  const urls = members.map(({ database }) => new URL(database?.url ?? ''));
  expect(new Set(urls.map(({ port }) => port)).size).toBe(3);
  for (const url of urls) expect(url.href).toMatch(/^postgresql:\/\/somebody:secret@.*\/chat\?schema=one$/);
  expect(new Set(members.map(({ server }) => server.port)).size).toBe(3);
  expect(new Set(members.map(({ server }) => server.clockOffsetMs)).size).toBe(3);
  const [{ database }] = members;
  expect(await whoIsAt(database?.network.url ?? '')).toBe('the engine');
  database?.network.block();
  expect(await whoIsAt(database?.network.url ?? '')).toBe(null);
});

test('a device goes home, away from a process that is not there or does not serve, and stays away', async () => {
  const fleet = await openWith(3);
  const ready = [true, true, true];
  const servers: Server[] = [];
  for (const [index, { server }] of fleet.members.entries()) {
    servers.push(await listenAs(`${index}`, server.port, () => ready[index] === true));
  }
  const network = await fleet.openNetwork(1, createRandom('a'));
  onTestFinished(() => network.close());
  const isAt = async (indices: readonly number[]): Promise<void> => {
    const who = await whoIsAt(network.url);
    expect(indices.map(String)).toContain(who);
    expect(fleet.memberOf(network)).toBe(fleet.members[Number(who)]);
  };
  await vi.waitFor(() => isAt([1]), PATIENCE);
  servers[1]?.close();
  servers[1]?.closeAllConnections();
  await vi.waitFor(() => isAt([0, 2]), PATIENCE);
  const refuge = Number(await whoIsAt(network.url));
  await listenAs('1', fleet.members[1]?.server.port ?? 0);
  await isAt([refuge]);
  ready[refuge] = false;
  await vi.waitFor(() => isAt([0, 1, 2].filter((index) => index !== refuge)), PATIENCE);
});
