import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createSilentLogger } from '../../../../src/adapters/memory/loggers.js';
import { openDatabase } from '../../../../src/adapters/prisma/connection/database.js';
import { packagedPrismaFiles } from '../../../../src/adapters/prisma/migrations/migration-files.js';
import { applyMigrations } from '../../../../src/adapters/prisma/migrations/migrations.js';
import { rebuildReadModels } from '../../../../src/adapters/prisma/projections/rebuild.js';
import { openFresh, registerPeople } from '../../../contracts/storage.js';
import { createEmptyDatabase } from '../../../support/postgres.js';
import { openPrismaStorage, queryRows } from '../prisma-storage.js';

const INSERT = `INSERT INTO events (stream_id, version, type, schema_version, data, actor_kind, actor_id, occurred_at)`;

function patient(id: string): string {
  const data = JSON.stringify({ patientId: id, name: id });
  return `${INSERT} VALUES ('patient:${id}', 1, 'PatientRegistered', 1, '${data}', 'admin', 'a', now())`;
}

async function connectTo(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

describe('a reader of the whole log', () => {
  test.each(['COMMIT', 'ROLLBACK'])(
    'does not go past an append that is under way, and goes on after its %s',
    async (end) => {
      const storage = await openPrismaStorage();
      onTestFinished(() => storage.close());
      const { databaseUrl, eventStore } = storage;
      const slow = await connectTo(databaseUrl);
      await slow.query('BEGIN');
      await slow.query(patient('first'));
      await queryRows(databaseUrl, patient('second'));
      const reading = eventStore.readAll(null, 10);
      // Not answered before the first has ended: it waits for it.
      await vi.waitFor(async () => {
        const waiting = await queryRows(
          databaseUrl,
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'`,
        );
        expect(waiting).toHaveLength(1);
      }, 20_000);
      await slow.query(end);
      const { events, next } = await reading;
      const committed = end === 'COMMIT' ? ['patient:first', 'patient:second'] : ['patient:second'];
      expect(events.map(({ streamId }) => streamId)).toEqual(committed);
      expect(await eventStore.readAll(next, 10)).toEqual({ events: [], next });
    },
  );

  test('waits for nobody where there is nothing new to tell', async () => {
    const storage = await openPrismaStorage();
    onTestFinished(() => storage.close());
    const slow = await connectTo(storage.databaseUrl);
    await slow.query('BEGIN');
    await slow.query(patient('first'));
    expect(await storage.eventStore.readAll(null, 10)).toEqual({ events: [], next: null });
    await slow.query('ROLLBACK');
  });
});

/** The migrations up to the one that put the log in the order of its positions. */
async function earlierMigrations(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'chat-migrations-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { migrationsDirectory } = packagedPrismaFiles();
  for (const name of await readdir(migrationsDirectory)) {
    if (name < '20261128') await cp(join(migrationsDirectory, name), join(folder, name), { recursive: true });
  }
  return folder;
}

async function emptyDatabase(): Promise<string> {
  const { databaseUrl, drop } = await createEmptyDatabase();
  onTestFinished(drop);
  return databaseUrl;
}

const DOCTOR = { doctorId: 'd', name: 'D', timeZone: 'UTC', windows: [] };
const OVERRIDE = { doctorId: 'd', date: '2026-12-24', windows: [] };

/** As a restored copy that was worked on has it: transaction ids, and positions too, that start anew. */
const MIXED: readonly (readonly [number, string, object, number, number])[] = [
  [1, 'DoctorRegistered', DOCTOR, 31_000, 1],
  [2, 'DateOverrideSet', OVERRIDE, 31_960, 2],
  [3, 'DateOverrideRemoved', { doctorId: 'd', date: '2026-12-24' }, 790, 1],
];

describe('a database that was restored and worked on before its log had this order', () => {
  test('gets positions in the order of each stream, and a rebuild brings nothing back', async () => {
    const databaseUrl = await emptyDatabase();
    await applyMigrations({ databaseUrl, migrationsDirectory: await earlierMigrations() });
    for (const [version, type, data, transactionId, position] of MIXED) {
      await queryRows(
        databaseUrl,
        `INSERT INTO events VALUES ('doctor:d', $1, $2, 1, $3, 'admin', 'a', now(), NULL, $4::text::xid8, $5)`,
        [version, type, JSON.stringify(data), String(transactionId), position],
      );
    }
    await applyMigrations({ databaseUrl });
    expect(await queryRows(databaseUrl, 'SELECT version FROM events ORDER BY position')).toEqual([
      { version: 1 },
      { version: 2 },
      { version: 3 },
    ]);
    await expect(queryRows(databaseUrl, 'DELETE FROM events')).rejects.toThrow('append-only');
    const database = openDatabase({ databaseUrl, logger: createSilentLogger(), statementTimeoutMs: 0 });
    onTestFinished(() => database.$disconnect());
    expect(await rebuildReadModels(database)).toBe(3);
    expect(await queryRows(databaseUrl, 'SELECT * FROM doctor_date_overrides')).toEqual([]);
    // The next position is a new one.
    await queryRows(databaseUrl, patient('next'));
    expect(await queryRows(databaseUrl, 'SELECT max(position)::int AS last FROM events')).toEqual([
      { last: 4 },
    ]);
  });
});

test('a sequence that a copy has left behind is put in front of its table, and one that is right stays', async () => {
  const storage = await openPrismaStorage();
  onTestFinished(() => storage.close());
  const { databaseUrl } = storage;
  await registerPeople(storage.eventStore);
  await storage.accessLog.record({
    at: 0,
    reader: { kind: 'admin', id: 'a' },
    consultationId: 'c',
    subject: null,
    action: 'join',
    channel: 'socket',
    requestId: 'r',
  });
  expect(await applyMigrations({ databaseUrl })).toEqual({ applied: [], mended: [] });
  await queryRows(
    databaseUrl,
    `SELECT setval('events_position_seq', 1, false), setval('access_log_id_seq', 1, false)`,
  );
  expect(await applyMigrations({ databaseUrl })).toEqual({
    applied: [],
    mended: ['events.position', 'access_log.id'],
  });
  await openFresh(storage.eventStore);
  expect(await queryRows(databaseUrl, 'SELECT max(position)::int AS last FROM events')).toEqual([
    { last: 3 },
  ]);
});
