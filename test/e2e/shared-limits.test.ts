import { afterEach, describe, expect, test } from 'vitest';
import { openConsultation, tomorrow } from '../support/clinic.js';
import { createTestDatabase } from '../support/postgres.js';
import { hasRedis, startRedis } from '../support/redis.js';
import { openServers, patiently, type ServerProcess } from '../support/server-process.js';
import { signToken, TEST_SECRET } from '../support/tokens.js';
import { withBackOffice } from './back-office.js';
import { join, next, send } from './client.js';

const servers = openServers();
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function newDatabase(): Promise<string> {
  const { databaseUrl, drop } = await createTestDatabase();
  closing.push(drop);
  return databaseUrl;
}

async function startTwo(env: Readonly<Record<string, string>>): Promise<[ServerProcess, ServerProcess]> {
  const two = await Promise.all([servers.start({ env }), servers.start({ env })]);
  closing.push(() => Promise.all(two.map((server) => server.stop())));
  return two;
}

const reasonOf = (url: string, options = {}): Promise<unknown> =>
  servers.connect(url, options).then(
    () => null,
    (error: Error & { data?: unknown }) => error.data ?? error.message,
  );

async function missedBy({ url }: ServerProcess): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^consultation_chat_shared_counts_missed_total (\d+)$/m.exec(metrics)?.[1]);
}

/** What each engine is set by. */
const ENGINES: readonly (readonly [name: string, settings: () => Promise<Record<string, string>>])[] = [
  ['PostgreSQL', async () => ({ PEERS: 'postgres' })],
  ...(hasRedis()
    ? [
        [
          'Redis',
          async () => {
            const redis = await startRedis();
            closing.push(redis.stop);
            return { REDIS_URL: redis.url };
          },
        ] as const,
      ]
    : []),
];

describe.each(ENGINES)('two servers that hear each other through %s', (_name, settings) => {
  test('have one limit of handshakes, of failed sign-ins, and of connections of one address', async () => {
    const both = { DATABASE_URL: await newDatabase(), ...(await settings()) };
    const handshakes = {
      RATE_LIMITS: 'on',
      RATE_LIMIT_HANDSHAKES_PER_MINUTE: '2',
      RATE_LIMIT_HANDSHAKES_BURST: '4',
    };
    const [a, b] = await startTwo({ ...both, ...handshakes });
    const tries = [];
    for (const { url } of [a, a, b, a, b, a, b, a]) tries.push(await reasonOf(url));
    const refused = tries.filter((reason) => reason !== null);
    expect(refused).toEqual(refused.map(() => expect.objectContaining({ code: 'rate.limited' })));
    // Where an answer came too late, on a slow machine, the process has counted alone.
    const late = (await missedBy(a)) + (await missedBy(b));
    expect(refused.length).toBeGreaterThanOrEqual(4 - late);
    await Promise.all([a.stop(), b.stop()]);

    const few = { RATE_LIMIT_FAILED_SIGN_INS_PER_MINUTE: '4', MAX_CONNECTIONS_PER_ADDRESS: '4' };
    const [c, d] = await startTwo({ ...both, ...few, CHAT_JWT_SECRET: TEST_SECRET });
    const statuses = [];
    for (const { url } of [c, d, c, d, c, d]) {
      const response = await fetch(`${url}/api/v1/doctors`, { headers: { connection: 'close' } });
      statuses.push(response.status);
    }
    const alone = (await missedBy(c)) + (await missedBy(d));
    if (alone === 0) expect(statuses).toEqual([401, 401, 401, 401, 429, 429]);
    else expect(statuses.slice(0, 4)).toEqual([401, 401, 401, 401]);

    // One HTTP connection each: those are limited, too, by each process.
    const token = await signToken({ sub: 'patient-1', role: 'patient' });
    const given = { transports: ['websocket'], auth: { token } };
    const open = [];
    for (const { url } of [c, c, d, d]) open.push(await servers.connect(url, given));
    // That of the last one is told behind its handshake.
    for (const { url } of [c, d]) {
      await patiently(async () => expect(await reasonOf(url, given)).toBe('websocket error'));
    }
    open[0]?.disconnect();
    await patiently(async () => expect(await reasonOf(d.url, given)).toBeNull());
  });
});

describe.skipIf(!hasRedis())('a server with REDIS_URL', () => {
  test('and another one: what is sent at the one is heard at the other, also after Redis was away', async () => {
    const redis = await startRedis();
    closing.push(redis.stop);
    const databaseUrl = await newDatabase();
    await withBackOffice(databaseUrl, ({ application }) =>
      openConsultation(application, { consultationId: 'shared', expiresAt: tomorrow(Date.now()) }),
    );
    const [a, b] = await startTwo({ DATABASE_URL: databaseUrl, REDIS_URL: redis.url });
    const [here, there] = [await servers.connect(a.url), await servers.connect(b.url)];
    for (const socket of [here, there]) expect(await join(socket, 'shared')).toMatchObject({ ok: true });
    const heard = next(there, 'new_message');
    expect(await send(here, 'shared', 'across')).toMatchObject({ ok: true });
    expect(await heard).toMatchObject({ content: 'across', seq: 1 });
    redis.freeze();
    const beganAt = performance.now();
    for (let count = 0; count < 20; count += 1) {
      expect(await send(here, 'shared', `while it is frozen, ${count}`)).toMatchObject({ ok: true });
    }
    // Whoever waited for Redis would have waited for each of them.
    expect(performance.now() - beganAt).toBeLessThan(20_000);
    await Promise.all([a.logged('peers.link_lost'), b.logged('peers.link_lost')]);
    redis.goOn();
    await Promise.all([a.logged('peers.link_restored'), b.logged('peers.link_restored')]);
    const again = next(there, 'new_message');
    expect(await send(here, 'shared', 'after all')).toMatchObject({ ok: true });
    await again;
  });

  test('that cannot be reached, or is none, does not start: one line says so', async () => {
    const redis = await startRedis();
    closing.push(redis.stop);
    const database = { DATABASE_URL: await newDatabase() };
    const wrong = redis.url.replace(/:[^:@]+@/, ':wrong@');
    await redis.ask('PING');
    for (const [url, line] of [
      [wrong, /^Cannot start: REDIS_URL: Redis at 127\.0\.0\.1:\d+ does not take the user and password$/],
      [
        'redis://127.0.0.1:1',
        /^Cannot start: REDIS_URL: Redis at 127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\)$/,
      ],
      ['http://127.0.0.1:6379', /REDIS_URL must be a URL like redis:[^\n]*$/],
    ] as const) {
      const server = servers.launch({ env: { ...database, REDIS_URL: url } });
      expect(await server.exited).toEqual({ code: 1, signal: null });
      expect(server.stderr).toEqual([expect.stringMatching(line)]);
    }
  });
});
