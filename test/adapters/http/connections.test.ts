import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import type { ConnectionGuardOptions } from '../../../src/adapters/http/connections/connection-guard.js';
import { createRecordingMetrics } from '../../../src/adapters/memory/metrics.js';
import { createSocketIoServer } from '../../../src/adapters/socketio/chat-server.js';
import { attachToHttpServer } from '../../../src/adapters/socketio/http-attachment.js';
import { apiHarness } from './api-harness.js';

const harness = apiHarness();
/** Machines are slow at times. */
const PATIENTLY = { timeout: 20_000 };
vi.setConfig({ testTimeout: 60_000 });

/** An answer that is larger than what the system takes for a reader who does not read. */
const LARGE_BYTES = 16 * 1024 * 1024;

async function open(options: Partial<ConnectionGuardOptions> = {}) {
  const metrics = createRecordingMetrics();
  let finish: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const opened = await harness.open({
    server: () => ({
      connections: {
        metrics,
        maxConnectionsPerAddress: 1_000,
        trustedProxies: 0,
        socketPath: '/socket.io',
        ...options,
        limits: { sweepMs: 20, ...options.limits },
      },
      // What takes as long as the test likes, and what is as large.
      ready: () => held.then(() => true),
      metrics: { contentType: 'text/plain', render: async () => 'x'.repeat(LARGE_BYTES) },
    }),
  });
  // Keeps its connection, which counts with those of a test.
  await (await fetch(new URL('/healthz', opened.url))).text();
  return { ...opened, metrics, finish };
}

interface Raw {
  readonly socket: Socket;
  readonly received: () => string;
  readonly statuses: () => readonly number[];
  readonly closed: Promise<unknown>;
}

async function dial(url: string): Promise<Raw> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let received = '';
  socket.on('data', (data) => {
    received += data.toString('latin1');
  });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const statuses = () => [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  return { socket, received: () => received, statuses, closed };
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

describe('requests that are asked for all at once on one connection', () => {
  test('are answered up to a number of them; then the connection ends', async () => {
    const { url, metrics } = await open();
    const raw = await dial(url);
    raw.socket.write(get('/healthz').repeat(20_000));
    await raw.closed;
    expect(raw.statuses()).toEqual([...Array.from({ length: 16 }, () => 200), 503]);
    expect(raw.received()).toContain('"server.overloaded"');
    expect(raw.received()).toMatch(/retry-after: 1/i);
    expect(metrics.counted('http_requests_refused_total')).toBe(1);
    await expect.poll(() => metrics.read('http_requests_under_way'), PATIENTLY).toBe(0);
  });

  test('are cut off though those before them take their time, and those are not heard of any more', async () => {
    const { url, metrics } = await open();
    const raw = await dial(url);
    raw.socket.write(get('/readyz').repeat(20_000));
    await raw.closed;
    expect(raw.statuses()).toEqual([]);
    await expect.poll(() => metrics.read('http_requests_under_way'), PATIENTLY).toBe(0);
    await expect.poll(() => metrics.read('http_connections'), PATIENTLY).toBe(1);
  });

  test('of long polling, too', async () => {
    const { url, app, metrics } = await open();
    const io = createSocketIoServer({ corsOrigin: [] });
    attachToHttpServer(io, app.server);
    const raw = await dial(url);
    raw.socket.write(get('/socket.io/?EIO=4&transport=polling').repeat(2_000));
    await raw.closed;
    expect(io.engine.clientsCount).toBeLessThanOrEqual(16);
    expect(metrics.counted('handshakes_refused_total')).toBe(1);
    await io.close();
  });

  test('may be as many as one likes, one after the other', async () => {
    const { url } = await open();
    const raw = await dial(url);
    for (let asked = 1; asked <= 50; asked += 1) {
      raw.socket.write(get('/healthz'));
      await expect.poll(() => raw.statuses().length, { interval: 1, ...PATIENTLY }).toBe(asked);
    }
    expect(new Set(raw.statuses())).toEqual(new Set([200]));
    raw.socket.destroy();
  });
});

describe('a reader that does not read', () => {
  async function notReading(url: string): Promise<Raw> {
    const raw = await dial(url);
    raw.socket.pause();
    raw.socket.write(get('/metrics'));
    return raw;
  }

  test('is cut after a while, and what was kept for it is forgotten', async () => {
    const { url, metrics } = await open({ limits: { progressMs: 200 } });
    const raw = await notReading(url);
    await expect.poll(() => metrics.read('http_bytes_waiting'), PATIENTLY).toBeGreaterThan(1_000_000);
    await expect.poll(() => metrics.counted('http_connections_cut_total'), PATIENTLY).toBe(1);
    await expect.poll(() => metrics.read('http_bytes_waiting'), PATIENTLY).toBe(0);
    raw.socket.resume();
    await raw.closed;
  });

  test('is cut in the end though it takes a little now and then', async () => {
    const { url, metrics } = await open({ limits: { answerMs: 500 } });
    const raw = await notReading(url);
    const sips = setInterval(() => raw.socket.read(1_000), 10);
    await expect.poll(() => metrics.counted('http_connections_cut_total'), PATIENTLY).toBe(1);
    clearInterval(sips);
    raw.socket.destroy();
  });

  test('that takes all in time is not', async () => {
    const { url, metrics } = await open({ limits: { progressMs: 1_000 } });
    const raw = await notReading(url);
    await expect.poll(() => metrics.read('http_bytes_waiting'), PATIENTLY).toBeGreaterThan(1_000_000);
    raw.socket.resume();
    await expect.poll(() => raw.received().length, PATIENTLY).toBeGreaterThan(LARGE_BYTES);
    expect(metrics.counted('http_connections_cut_total')).toBe(0);
    raw.socket.destroy();
  });

  test('may not ask for more', async () => {
    const { url, metrics } = await open();
    const raw = await notReading(url);
    await expect.poll(() => metrics.read('http_bytes_waiting'), PATIENTLY).toBeGreaterThan(1_000_000);
    raw.socket.write(get('/metrics'));
    await expect.poll(() => metrics.counted('http_requests_refused_total'), PATIENTLY).toBe(1);
    raw.socket.resume();
    await raw.closed;
  });

  test('is one of the first to be cut when too much is kept for all of them', async () => {
    const { url, metrics } = await open({ limits: { maxWaitingBytesInAll: 2 * LARGE_BYTES } });
    const many = await Promise.all(Array.from({ length: 6 }, () => notReading(url)));
    await expect
      .poll(() => metrics.counted('http_connections_cut_total'), PATIENTLY)
      .toBeGreaterThanOrEqual(3);
    expect((await fetch(new URL('/healthz', url))).status).toBe(200);
    await expect
      .poll(() => metrics.read('http_bytes_waiting'), PATIENTLY)
      .toBeLessThanOrEqual(2 * LARGE_BYTES);
    for (const raw of many) raw.socket.destroy();
  });
});

describe('connections of one address', () => {
  test('are counted, whatever they are for; one too many is told so, and has the slot of one that goes', async () => {
    const { url, metrics } = await open({ maxConnectionsPerAddress: 3 });
    await expect.poll(() => metrics.read('http_connections'), PATIENTLY).toBeGreaterThan(0);
    // One is that of `open`.
    const [first, second] = [await dial(url), await dial(url)];
    const third = await dial(url);
    third.socket.write(get('/healthz'));
    await third.closed;
    expect(third.statuses()).toEqual([429]);
    expect(third.received()).toContain('"rate.limited"');

    const waiting = await dial(url);
    first.socket.destroy();
    await expect.poll(() => metrics.read('http_connections'), PATIENTLY).toBe(3);
    waiting.socket.write(get('/healthz'));
    await expect.poll(() => waiting.statuses(), PATIENTLY).toEqual([200]);
    for (const raw of [second, waiting]) raw.socket.destroy();
  });

  test('that says nothing though it is one too many is cut', async () => {
    const { url } = await open({ maxConnectionsPerAddress: 1, limits: { tooManyMs: 50 } });
    const raw = await dial(url);
    await raw.closed;
    expect(raw.received()).toBe('');
  });

  test('are those of everybody behind a proxy: there each address has so many requests under way', async () => {
    const { url, finish } = await open({ maxConnectionsPerAddress: 2, trustedProxies: 1 });
    const ask = (from: string) => fetch(new URL('/readyz', url), { headers: { 'x-forwarded-for': from } });
    const slow = [ask('192.0.2.1'), ask('192.0.2.1')];
    await expect
      .poll(
        async () =>
          (await fetch(new URL('/healthz', url), { headers: { 'x-forwarded-for': '192.0.2.1' } })).status,
        PATIENTLY,
      )
      .toBe(429);
    const other = ask('192.0.2.2');
    finish();
    expect(await Promise.all([...slow, other].map(async (answer) => (await answer).status))).toEqual([
      200, 200, 200,
    ]);
    expect((await ask('192.0.2.1')).status).toBe(200);
  });
});
