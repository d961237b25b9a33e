import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { findFreePort } from '../../../src/adapters/embedded-postgres/postgres-process.js';
import type { PeerMessage } from '../../../src/application/ports/peers.js';
import { listenWith } from '../../contracts/peers.js';
import {
  hasRedis,
  makeTestCertificate,
  type RedisOptions,
  type RunningRedis,
  startRedis,
} from '../../support/redis.js';
import { REPOSITORY } from '../../support/server-process.js';
import { type Closing, openPeers } from './open-peers.js';

const run = promisify(execFile);
const PATIENCE = { timeout: 30_000, interval: 20 };

const closing: Closing = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function openRedis(options?: RedisOptions): Promise<RunningRedis> {
  const redis = await startRedis(options);
  closing.push(redis.stop);
  return redis;
}

async function join(url: string) {
  const opened = await openPeers(url, closing);
  const { peers } = opened;
  let number = 0;
  const send = (): PeerMessage => {
    number += 1;
    const message = { from: peers.processId, number, news: { type: 'hello' as const } };
    peers.send(message);
    return message;
  };
  return { ...listenWith(peers), ...opened, send };
}

/** Sends until it arrives. */
async function arrives(from: Awaited<ReturnType<typeof join>>, at: Awaited<ReturnType<typeof join>>) {
  await vi.waitFor(() => {
    const sent = from.send();
    expect(at.heard).toContainEqual({ ...sent, number: expect.any(Number) });
    expect(at.heard.at(-1)?.from).toBe(from.peers.processId);
  }, PATIENCE);
}

function refused(url: string): Promise<string> {
  return join(url).then(
    () => 'it was opened',
    (error: Error) => error.message,
  );
}

test('nobody can open a link to where nothing listens, and one line says so without the password', async () => {
  const port = await findFreePort();
  const line = await refused(`redis://chat:secret@127.0.0.1:${port}`);
  expect(line).toBe(`REDIS_URL: Redis at 127.0.0.1:${port} cannot be reached (ECONNREFUSED)`);
});

test('a host that takes connections and says nothing is given up within a limit', async () => {
  const server = createServer(() => {}).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : null;
  expect(await refused(`redis://127.0.0.1:${port}`)).toMatch(
    /^REDIS_URL: Redis at .* cannot be reached \(no answer/,
  );
});

test('something else that listens there is no Redis', async () => {
  const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(
    0,
    '127.0.0.1',
  );
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : null;
  expect(await refused(`redis://127.0.0.1:${port}`)).toMatch(/^REDIS_URL: Redis at .* cannot be reached/);
});

describe.skipIf(!hasRedis())('with a redis-server', () => {
  test.each([
    ['a wrong password', ':wrong@', 'does not take the user and password'],
    ['a wrong user', 'nobody:secret@', 'does not take the user and password'],
    ['no password', '', 'asks for another user and password'],
  ])('%s is refused in one line without it', async (_what, credentials, reason) => {
    const { port } = await openRedis();
    const line = await refused(`redis://${credentials}127.0.0.1:${port}`);
    expect(line).toBe(`REDIS_URL: Redis at 127.0.0.1:${port} ${reason}`);
  });

  test('while Redis is frozen nothing here waits for it, what does not fit is left out, and it comes back', async () => {
    const redis = await openRedis();
    const [a, b] = [await join(redis.url), await join(redis.url)];
    redis.freeze();
    const people = Array.from({ length: 200 }, (_, index) => ({
      consultationId: `consultation-${index}`,
      userId: 'u'.repeat(100),
      sender: null,
    }));
    for (let number = 1; number <= 1_000; number += 1) {
      a.peers.send({ from: a.peers.processId, number, news: { type: 'roster', part: 1, parts: 1, people } });
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(a.metrics.read('peer_bytes_waiting')).toBeLessThanOrEqual(8 * 1024 * 1024);
    expect(a.metrics.counted('peer_messages_dropped_total')).toBeGreaterThan(500);
    // Its silence is noticed, though no connection breaks.
    await vi.waitFor(() => expect([a.peers.isUp(), b.peers.isUp()]).toEqual([false, false]), PATIENCE);
    expect(a.metrics.read('peer_link_up')).toBe(0);
    const before = a.metrics.counted('peer_messages_dropped_total');
    a.send();
    expect(a.metrics.counted('peer_messages_dropped_total')).toBe(before + 1);
    redis.goOn();
    await vi.waitFor(() => expect([a.interruptions(), b.interruptions()]).toEqual([1, 1]), PATIENCE);
    await arrives(a, b);
    expect(a.metrics.read('peer_link_up')).toBe(1);
    const events = a.logger.entries.map(({ level, event }) => `${level} ${event}`);
    expect(events).toEqual(['warn peers.link_lost', 'info peers.link_restored']);
  });

  test('after a Redis that was killed and started again, it is told once and news arrive', async () => {
    const redis = await openRedis();
    const [a, b] = [await join(redis.url), await join(redis.url)];
    await redis.kill();
    await vi.waitFor(() => expect(a.peers.isUp()).toBe(false), PATIENCE);
    await redis.start();
    await vi.waitFor(() => expect([a.interruptions(), b.interruptions()]).toEqual([1, 1]), PATIENCE);
    await arrives(a, b);
    await arrives(b, a);
  });

  test('why it is not let in again is logged once, and it comes in when it may', async () => {
    const redis = await openRedis({ settings: ['user chat on >pw ~* &* +@all'] });
    const url = `redis://chat:pw@127.0.0.1:${redis.port}`;
    const [a, b] = [await join(url), await join(url)];
    await redis.ask('ACL', 'SETUSER', 'chat', 'resetpass', '>another');
    await arrives(a, b);
    await redis.cut();
    const failures = () => a.logger.entries.filter(({ event }) => event === 'peers.link_failed');
    await vi.waitFor(() => expect(failures()).toHaveLength(1), PATIENCE);
    expect(failures()[0]).toMatchObject({ level: 'warn', fields: { engine: 'redis', code: 'WRONGPASS' } });
    await redis.ask('ACL', 'SETUSER', 'chat', '>pw');
    await arrives(a, b);
    await arrives(b, a);
    expect(failures()).toHaveLength(1);
  });

  test('what was said last arrives before it closes', async () => {
    const redis = await openRedis();
    const [a, b] = [await join(redis.url), await join(redis.url)];
    const last = a.send();
    await a.peers.close();
    await vi.waitFor(() => expect(b.heard).toEqual([last]), PATIENCE);
    expect(a.logger.entries).toEqual([]);
  });

  test('what others say on the channel is not taken for news', async () => {
    const redis = await openRedis();
    const a = await join(redis.url);
    const channel = 'consultation-chat:0:here:peers';
    for (const text of ['', 'null', '[1]', '[1,"x",1,"stored"]', '{"__proto__":1}', '[9,"x",1,"hello"]']) {
      await redis.ask('PUBLISH', channel, text);
    }
    await redis.ask('PUBLISH', channel, 'junk\n[1,"other",1,"hello"]');
    await vi.waitFor(() => expect(a.heard).toHaveLength(2), PATIENCE);
    // What a newer version writes in another form may tell of something that was stored.
    expect(a.heard).toEqual([
      { from: 'unknown', number: null, news: { type: 'unknown' } },
      { from: 'other', number: 1, news: { type: 'hello' } },
    ]);
    expect(a.metrics.counted('peer_messages_malformed_total')).toBe(6);
  });

  test('the number of the database keeps chats apart, though channels have none', async () => {
    const redis = await openRedis();
    const [a, b, c] = [await join(redis.url), await join(`${redis.url}/1`), await join(`${redis.url}/1`)];
    a.send();
    const message = b.send();
    await vi.waitFor(() => expect(c.heard).toEqual([message]), PATIENCE);
    expect(b.heard).toEqual([]);
  });

  test('what one turn of the event loop sends is one PUBLISH', async () => {
    const redis = await openRedis();
    const [a, b] = [await join(redis.url), await join(redis.url)];
    const published = async () =>
      Number(/cmdstat_publish:calls=(\d+)/.exec(await redis.ask('INFO', 'commandstats'))?.[1]);
    const before = await published();
    for (let count = 0; count < 500; count += 1) a.send();
    await vi.waitFor(() => expect(b.heard).toHaveLength(500), PATIENCE);
    // Beside it there are the probes of two links.
    expect((await published()) - before).toBeLessThan(10);
    expect(await redis.ask('DBSIZE')).toBe('0\n');
  });

  test('a user who may do no more than is needed', async () => {
    const rules = '&consultation-chat:* ~consultation-chat:* +@connection +publish +subscribe +eval';
    const counting = '+incr +pttl +pexpire +time +hset +expire +hdel +hgetall';
    const redis = await openRedis({ settings: [`user chat on >pw resetchannels ${rules} ${counting}`] });
    const url = `redis://chat:pw@127.0.0.1:${redis.port}`;
    const [a, b] = [await join(url), await join(url)];
    await arrives(a, b);
    const other = await openRedis({ settings: [`user chat on >pw resetchannels +@connection`] });
    expect(await refused(`redis://chat:pw@127.0.0.1:${other.port}`)).toMatch(/does not allow this user/);
  });

  test('a socket of this machine', async () => {
    const path = `${tmpdir()}/chat-redis-${process.pid}.sock`;
    await openRedis({ password: null, settings: [`unixsocket ${path}`] });
    const [a, b] = [await join(`unix://${path}`), await join(`unix://${path}`)];
    await arrives(a, b);
  });
});

const certificate = hasRedis() ? await makeTestCertificate() : null;
if (certificate === null) {
  process.stderr.write('NOT TESTED: Redis over TLS, since redis-server or openssl is not installed\n');
}
describe.skipIf(certificate === null)('over TLS', () => {
  /** In a process of its own: who is trusted is decided when one starts. */
  const openElsewhere = async (url: string, env: Record<string, string>): Promise<string> => {
    const program = `
      const { createRedisPeers } = await import('./dist/adapters/redis/redis-peers.js');
      const { readRedisUrl } = await import('./dist/adapters/redis/redis-url.js');
      const none = () => {};
      const peers = createRedisPeers({ target: readRedisUrl(process.argv[1]),
        logger: { debug: none, info: none, warn: none, error: none }, metrics: { count: none, gauge: none } });
      await peers.open('here').then(() => console.log('opened'), (error) => console.log(error.message));
      await peers.close();`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program, url], {
      cwd: REPOSITORY,
      env: { ...process.env, ...env },
    });
    return stdout.trim();
  };

  test('a certificate that is trusted opens the link, and another one does not', async () => {
    if (certificate === null) throw new Error('skipped');
    const tlsPort = await findFreePort();
    const { certificate: cert, key } = certificate;
    const settings = [
      `tls-port ${tlsPort}`,
      `tls-cert-file ${cert}`,
      `tls-key-file ${key}`,
      'tls-auth-clients no',
    ];
    const redis = await openRedis({ settings });
    const url = new URL(redis.url);
    const secure = `rediss://:${url.password}@127.0.0.1:${tlsPort}`;
    expect(await openElsewhere(secure, { NODE_EXTRA_CA_CERTS: cert })).toBe('opened');
    expect(await openElsewhere(secure, { NODE_EXTRA_CA_CERTS: '' })).toMatch(
      /cannot be reached \(\w*SELF_SIGNED/,
    );
    // Without TLS on one side.
    expect(await openElsewhere(redis.url.replace('redis:', 'rediss:'), {})).toMatch(
      /^REDIS_URL: .*cannot be reached/,
    );
    expect(await openElsewhere(secure.replace('rediss:', 'redis:'), {})).toMatch(
      /^REDIS_URL: .*cannot be reached/,
    );
  });
});
