import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createSilentLogger } from '../../src/adapters/memory/loggers.js';
import { takeProcessLock } from '../../src/adapters/prisma/locks/process-lock.js';
import { queryRows } from '../adapters/prisma/prisma-storage.js';
import { openConsultation, tomorrow } from '../support/clinic.js';
import { hasPgBouncer, pgBouncerVersion, startPgBouncer } from '../support/pgbouncer.js';
import { createEmptyDatabase } from '../support/postgres.js';
import { openServers } from '../support/server-process.js';
import { withBackOffice } from './back-office.js';
import { send } from './client.js';

const servers = openServers();
const PATIENCE = { timeout: 30_000, interval: 50 };

async function databaseBehind(settings: Readonly<Record<string, string>>) {
  const { databaseUrl, drop } = await createEmptyDatabase();
  onTestFinished(drop);
  const pooler = await startPgBouncer(databaseUrl, settings);
  onTestFinished(() => pooler.stop());
  return { direct: databaseUrl, pooled: pooler.databaseUrl };
}

async function refusalWith(env: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const server = servers.launch({ env });
  expect(await server.exited).toEqual({ code: 1, signal: null });
  return server.stderr;
}

/** Locks that outlive whoever took them, and tables. */
const LEFT_BEHIND = `SELECT 'lock' AS what FROM pg_locks JOIN pg_database ON pg_database.oid = database
  WHERE locktype = 'advisory' AND datname = current_database()
  UNION ALL SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'`;

/** Parameters that a pooler's operator lets pass, or drops. */
const IGNORED = 'options,extra_float_digits,statement_timeout,TimeZone,DateStyle';
const [major = 0, minor = 0] = hasPgBouncer() ? pgBouncerVersion() : [];
type Settings = readonly (readonly [name: string, settings: Readonly<Record<string, string>>])[];

/** It keeps prepared statements over transactions since then. */
const knowsStatements = major > 1 || minor >= 21;

/** Between a process and its database: shut, it cuts what there is and lets nobody through. */
async function openGate(target: string) {
  const url = new URL(target);
  const address = { host: url.hostname, port: Number(url.port) };
  const sockets = new Set<Socket>();
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  let isOpen = true;
  const server = createServer((socket) => {
    if (!isOpen) return socket.destroy();
    const upstream = connect(address);
    for (const each of [socket, upstream]) sockets.add(each.on('error', () => each.destroy()));
    return socket.pipe(upstream).pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    cut();
    server.close();
  });
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    databaseUrl: url.href,
    shut: () => {
      isOpen = false;
      cut();
    },
    open: () => {
      isOpen = true;
    },
  };
}

describe.skipIf(!hasPgBouncer())('behind PgBouncer', () => {
  const SERVED: Settings = [
    ['as Debian configures it', {}],
    ['that drops what connections ask for', { ignore_startup_parameters: IGNORED }],
    ['that takes its sessions in turn', { pool_mode: 'session', server_round_robin: '1' }],
    ...(knowsStatements ? [['that keeps statements', { max_prepared_statements: '200' }] as const] : []),
  ];
  test.each(SERVED)('%s the chat serves, after a stop and after a kill', async (_, settings) => {
    const { direct, pooled } = await databaseBehind(settings);
    const env = { DATABASE_URL: pooled };
    let running = await servers.start({ env });
    await withBackOffice(direct, ({ application }) =>
      openConsultation(application, { consultationId: 'visit', expiresAt: tomorrow(Date.now()) }),
    );
    for (const [seq, signal] of [
      [1, 'SIGTERM'],
      [2, 'SIGKILL'],
      [3, 'SIGTERM'],
    ] as const) {
      const socket = await servers.connect(running.url);
      expect(await send(socket, 'visit', `Number ${seq}`)).toMatchObject({ ok: true, seq });
      socket.disconnect();
      running.kill(signal);
      await running.exited;
      if (seq < 3) running = await servers.start({ env });
    }
  });

  const REFUSED: Settings = [
    ['transaction', {}],
    ['transaction', { ignore_startup_parameters: IGNORED }],
    ['statement', {}],
    ...(knowsStatements ? [['transaction', { max_prepared_statements: '200' }] as const] : []),
  ];
  test.each(REFUSED)(
    'with pool_mode %s the start is refused, and nothing stays behind: %o',
    async (mode, settings) => {
      const { direct, pooled } = await databaseBehind({ pool_mode: mode, ...settings });
      expect(await refusalWith({ DATABASE_URL: pooled })).toEqual([
        expect.stringMatching(
          /^Cannot start: A pooler in between [^\n]+ set pool_mode to session \(PgBouncer\), or [^\n]+\.$/,
        ),
      ]);
      expect(await queryRows(direct, LEFT_BEHIND)).toEqual([]);
      // Nor for who migrates.
      expect(await refusalWith({ DATABASE_URL: direct, DATABASE_MIGRATION_URL: pooled })).toEqual([
        expect.stringContaining('set pool_mode to session (PgBouncer)'),
      ]);
      expect(await queryRows(direct, LEFT_BEHIND)).toEqual([]);
    },
  );

  test('that does not clean sessions up the start is refused, and nothing stays behind', async () => {
    const { direct, pooled } = await databaseBehind({ server_reset_query: '' });
    expect(await refusalWith({ DATABASE_URL: pooled })).toEqual([
      expect.stringMatching(
        /^Cannot start: [^\n]+ set server_reset_query to DISCARD ALL \(PgBouncer\), or [^\n]+\.$/,
      ),
    ]);
    expect(await queryRows(direct, LEFT_BEHIND)).toEqual([]);
  });

  test('a process learns that another one serves, even if the pooler gave that one the same session', async () => {
    const { direct, pooled } = await databaseBehind({});
    const gate = await openGate(pooled);
    const logger = createSilentLogger();
    const lock = await takeProcessLock({ databaseUrl: gate.databaseUrl, logger });
    onTestFinished(() => lock.release());
    gate.shut();
    // The pooler has cleaned the session up, and lends it to the next one who comes.
    await vi.waitFor(async () => expect(await queryRows(direct, LEFT_BEHIND)).toEqual([]), PATIENCE);
    const other = await takeProcessLock({ databaseUrl: pooled, logger });
    onTestFinished(() => other.release());
    gate.open();
    await lock.takenOver;
    expect([lock.isHeld(), other.isHeld()]).toEqual([false, true]);
  });

  test('a URL that asks for what the pooler does not take is refused by its name', async () => {
    const { pooled } = await databaseBehind({});
    const options = encodeURIComponent('-c work_mem=5MB');
    expect(await refusalWith({ DATABASE_URL: `${pooled}?options=${options}` })).toEqual([
      expect.stringMatching(
        /^Cannot start: Cannot open the database at [^\n]+: unsupported startup parameter: options: take it out of the URL, or add it to ignore_startup_parameters \(PgBouncer\)\.$/,
      ),
    ]);
  });
});
