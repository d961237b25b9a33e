import pg from 'pg';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createRecordingLogger, createSilentLogger } from '../../../../src/adapters/memory/loggers.js';
import { createRecordingMetrics } from '../../../../src/adapters/memory/metrics.js';
import { createPrismaEventStore } from '../../../../src/adapters/prisma/append/event-store.js';
import { openDatabase } from '../../../../src/adapters/prisma/connection/database.js';
import { createPostgresPeers } from '../../../../src/adapters/prisma/peers/peers.js';
import { listenWith } from '../../../contracts/peers.js';
import { fresh, message, openFresh, registerPeople, request } from '../../../contracts/storage.js';
import { startPostgresCluster } from '../../../support/postgres.js';
import { queryRows } from '../prisma-storage.js';

const PATIENCE = { timeout: 30_000, interval: 20 };
/** The smallest queue that PostgreSQL can be given: half a megabyte. */
const SMALLEST_QUEUE = 'ALTER SYSTEM SET max_notify_queue_pages = 64';
const NOTIFY_MUCH = `SELECT pg_notify('somebody_elses', repeat('x', 7000) || row) FROM generate_series(1, 8) AS row`;

async function session(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

/** Fills the queue behind the back of a session that has not read it. @returns what lets that session read. */
async function fillQueue(databaseUrl: string): Promise<() => Promise<void>> {
  const reader = await session(databaseUrl);
  await reader.query('LISTEN somebody_elses');
  await reader.query('BEGIN');
  const writer = await session(databaseUrl);
  const isFull = async (): Promise<boolean> => {
    try {
      await writer.query(NOTIFY_MUCH);
      return false;
    } catch (error) {
      expect(error).toMatchObject({ code: '54000' });
      return true;
    }
  };
  while (!(await isFull()));
  // A smaller one might still fit.
  const fits = async (): Promise<boolean> =>
    writer.query("SELECT pg_notify('somebody_elses', 'x')").then(
      () => true,
      () => false,
    );
  while (await fits());
  return async () => void (await reader.query('COMMIT'));
}

test('what is stored while PostgreSQL takes no more notifications is stored, and leaves a hole in what is heard', async () => {
  const cluster = await startPostgresCluster();
  onTestFinished(cluster.stop);
  const { databaseUrl } = cluster;
  await queryRows(databaseUrl, SMALLEST_QUEUE);
  await cluster.restart();
  const logger = createRecordingLogger();
  const teller = createPostgresPeers({ databaseUrl, logger, metrics: createRecordingMetrics() });
  const silent = { logger: createSilentLogger(), metrics: createRecordingMetrics() };
  const listening = createPostgresPeers({ databaseUrl, ...silent });
  const database = openDatabase({ databaseUrl, logger: silent.logger });
  onTestFinished(async () => {
    await Promise.all([database.$disconnect(), teller.close(), listening.close()]);
  });
  await teller.open();
  await listening.open();
  const { heard } = listenWith(listening);
  const store = createPrismaEventStore(database, createRecordingMetrics(), teller.notifier);
  await registerPeople(store);
  const consultation = await openFresh(store);
  await teller.expectListeners(true);

  const readOn = await fillQueue(databaseUrl);
  const stored = [
    await store.append(request(`consultation:${consultation}`, 1, [message(consultation, 1)])),
    await store.append(
      request(`patient:${fresh('patient')}`, 0, [
        { type: 'PatientRegistered', data: { patientId: 'patient-of-its-own', name: 'Mx' } },
      ]),
    ),
  ];
  expect(stored.map(({ outcome }) => outcome)).toEqual(['appended', 'appended']);
  // Of a row that PostgreSQL really refuses, nothing changes.
  const tooLong = {
    ...request(`consultation:${consultation}`, 2, [message(consultation, 2)]),
    idempotencyKey: noise(),
  };
  expect(await store.append(tooLong)).toEqual({ outcome: 'unstorable' });
  expect(logger.entries.filter(({ event }) => event === 'peers.queue_full')).toHaveLength(1);

  await readOn();
  teller.send({ from: teller.processId, number: 1, news: { type: 'hello' } });
  await vi.waitFor(async () => {
    teller.send({ from: teller.processId, number: 2, news: { type: 'hello' } });
    expect(heard.filter(({ number }) => number !== null)).not.toEqual([]);
  }, PATIENCE);
  expect(heard.some(({ number }) => number === 1)).toBe(false);
});

/** More than fits into an index, however it is compressed. */
function noise(): string {
  return Array.from({ length: 4_000 }, () => Math.random().toString(36)).join('');
}
