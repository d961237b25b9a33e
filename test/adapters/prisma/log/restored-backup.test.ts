import { expect, onTestFinished, test, vi } from 'vitest';
import { createSilentLogger } from '../../../../src/adapters/memory/loggers.js';
import { createRecordingMetrics } from '../../../../src/adapters/memory/metrics.js';
import { createPrismaEventStore } from '../../../../src/adapters/prisma/append/event-store.js';
import { type Database, openDatabase } from '../../../../src/adapters/prisma/connection/database.js';
import { READ_MODELS } from '../../../../src/adapters/prisma/connection/read-model-tables.js';
import { applyMigrations } from '../../../../src/adapters/prisma/migrations/migrations.js';
import { rebuildReadModels } from '../../../../src/adapters/prisma/projections/rebuild.js';
import type {
  AppendRequest,
  DomainEvent,
  EventStore,
} from '../../../../src/application/ports/event-store.js';
import {
  ended,
  extended,
  message,
  NOON,
  opened,
  registerPeople,
  request,
} from '../../../contracts/storage.js';
import { copyDatabase } from '../../../support/copy-database.js';
import { startPostgresCluster } from '../../../support/postgres.js';
import { queryRows } from '../prisma-storage.js';

const LONG_TEST_MS = 90_000;
const DATE = '2026-12-24';

/** A cluster of its own: its transaction ids start low. */
async function newCluster(): Promise<{ databaseUrl: string; database: Database; store: EventStore }> {
  const cluster = await startPostgresCluster();
  onTestFinished(() => cluster.stop());
  const { databaseUrl } = cluster;
  const database = openDatabase({ databaseUrl, logger: createSilentLogger(), statementTimeoutMs: 0 });
  onTestFinished(() => database.$disconnect());
  return { databaseUrl, database, store: createPrismaEventStore(database, createRecordingMetrics()) };
}

/** So many transactions as make those of a new cluster look old. */
async function growOld(databaseUrl: string): Promise<void> {
  await queryRows(
    databaseUrl,
    `DO $$ BEGIN FOR i IN 1..3000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$`,
  );
}

async function contentsOf(databaseUrl: string): Promise<Record<string, unknown>> {
  const contents: Record<string, unknown> = {};
  for (const table of READ_MODELS) {
    contents[table] = await queryRows(
      databaseUrl,
      `SELECT to_jsonb(t)::text AS row FROM ${table} t ORDER BY 1`,
    );
  }
  return contents;
}

/** On a busy machine an answer may come too late: nobody else writes, so a conflict says that it had been stored. */
async function stored(store: EventStore, append: AppendRequest): Promise<void> {
  await vi.waitFor(async () => {
    expect(['appended', 'conflict']).toContain((await store.append(append)).outcome);
  }, 40_000);
}

async function before(store: EventStore): Promise<void> {
  await vi.waitFor(() => registerPeople(store), 40_000);
  await stored(
    store,
    request<DomainEvent>('doctor:doctor-1', 1, [
      { type: 'DateOverrideSet', data: { doctorId: 'doctor-1', date: DATE, windows: [] } },
    ]),
  );
  await stored(store, request('consultation:old', 0, [opened('old')]));
  await stored(store, request('consultation:old', 1, [message('old', 1), message('old', 2)]));
}

async function after(store: EventStore): Promise<void> {
  await stored(
    store,
    request<DomainEvent>('doctor:doctor-1', 2, [
      { type: 'DateOverrideRemoved', data: { doctorId: 'doctor-1', date: DATE } },
    ]),
  );
  await stored(store, request('consultation:new', 0, [opened('new')]));
  const mark = { type: 'MessagesRead', data: { consultationId: 'old', reader: 'doctor', seq: 2 } } as const;
  await stored(store, request<DomainEvent>('consultation:old', 3, [message('old', 3), mark]));
  await stored(store, request('consultation:old', 5, [extended('old', NOON), ended('old')]));
}

const STREAMS_BEFORE = [
  'doctor:doctor-1@1',
  'patient:patient-1@1',
  'doctor:doctor-1@2',
  'consultation:old@1',
  'consultation:old@2',
  'consultation:old@3',
];
const STREAMS_AFTER = [
  'doctor:doctor-1@3',
  'consultation:new@1',
  'consultation:old@4',
  'consultation:old@5',
  'consultation:old@6',
  'consultation:old@7',
];

async function logOf(store: EventStore): Promise<string[]> {
  const seen: string[] = [];
  let place: string | null = null;
  for (;;) {
    const { events, next } = await store.readAll(place, 4);
    if (events.length === 0) return seen;
    seen.push(...events.map(({ streamId, version }) => `${streamId}@${version}`));
    place = next;
  }
}

test.each([true, false])(
  'a backup that was restored into another cluster is the same truth; sequences restored: %s',
  { timeout: LONG_TEST_MS },
  async (sequences) => {
    const old = await newCluster();
    await growOld(old.databaseUrl);
    await before(old.store);
    const fresh = await newCluster();
    await copyDatabase(old.databaseUrl, fresh.databaseUrl, sequences);
    await applyMigrations({ databaseUrl: fresh.databaseUrl });

    expect(await logOf(fresh.store)).toEqual(STREAMS_BEFORE);
    await after(fresh.store);
    expect(await logOf(fresh.store)).toEqual([...STREAMS_BEFORE, ...STREAMS_AFTER]);
    const live = await contentsOf(fresh.databaseUrl);
    expect(live['doctor_date_overrides']).toEqual([]);
    expect(await rebuildReadModels(fresh.database)).toBe(STREAMS_BEFORE.length + STREAMS_AFTER.length);
    expect(await contentsOf(fresh.databaseUrl)).toEqual(live);
  },
);
