import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createRandom } from '../random.js';
import { attack } from './attacks.js';
import { NEIGHBOUR_ADDRESS } from './neighbour.js';
import { STRIKE_KINDS, type StrikeDone } from './strike.js';

const PATIENCE_MS = 30_000;
/** What any server of HTTP answers. */
const OVER_HTTP = [
  'slow-http-readers',
  'foreign-upgrades',
  'h2c-upgrades',
  'pipelined-probes',
  'pipelined-metrics',
  'large-bodies',
  'jsonp',
];

async function startServer(): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume();
    response.end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return server;
}

function startAttack(port: number) {
  const over = new AbortController();
  const strikes: StrikeDone[] = [];
  const target = {
    port,
    from: NEIGHBOUR_ADDRESS,
    token: 'good',
    badTokens: ['bad'],
    consultationId: 'large',
  };
  const ended = attack(target, createRandom('a'), over.signal, (strike) => strikes.push(strike));
  onTestFinished(() => over.abort());
  return {
    strikes,
    stop: async () => {
      over.abort();
      await ended;
    },
  };
}

test('strikes tell whether they have reached the server, and leave nothing open behind them', async () => {
  const server = await startServer();
  const { strikes, stop } = startAttack((server.address() as AddressInfo).port);
  const effective = (): readonly string[] =>
    strikes.filter((strike) => strike.effective).map(({ kind }) => kind);
  const awaited = OVER_HTTP.filter((kind) => kind !== 'slow-http-readers');
  await vi.waitFor(
    () => expect(awaited.filter((kind) => !effective().includes(kind))).toEqual([]),
    PATIENCE_MS,
  );
  await stop();
  expect(new Set(strikes.map(({ kind }) => kind))).toEqual(new Set(STRIKE_KINDS));
  expect(effective()).toEqual(expect.arrayContaining(OVER_HTTP));
  // It speaks no Socket.IO, so nobody was let in.
  expect(effective()).not.toContain('pages-at-once');
  const connections = promisify(server.getConnections.bind(server));
  await vi.waitFor(async () => expect(await connections()).toBe(0), PATIENCE_MS);
});

test('where there is no server, no strike has an effect', async () => {
  const server = await startServer();
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const { strikes, stop } = startAttack(port);
  await vi.waitFor(() => expect(strikes.length).toBeGreaterThan(3), PATIENCE_MS);
  await stop();
  expect(strikes.filter(({ effective }) => effective)).toEqual([]);
});
