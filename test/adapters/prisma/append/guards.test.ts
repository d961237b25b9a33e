import pg from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { createSilentLogger } from '../../../../src/adapters/memory/loggers.js';
import { createRecordingMetrics } from '../../../../src/adapters/memory/metrics.js';
import { createPrismaEventStore } from '../../../../src/adapters/prisma/append/event-store.js';
import { type Database, openDatabase } from '../../../../src/adapters/prisma/connection/database.js';
import type { EventStore, StreamId } from '../../../../src/application/ports/event-store.js';
import { message, openFresh, readWholeStream, registerPeople, request } from '../../../contracts/storage.js';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres.js';
import { queryRows } from '../prisma-storage.js';

const PATIENCE = { timeout: 30_000, interval: 10 };
const DOCTOR = 'doctor:doctor-1';
const closed = { type: 'WeeklyWindowsSet', data: { doctorId: 'doctor-1', windows: [] } } as const;

let testDatabase: TestDatabase;
const databases: Database[] = [];
let here: EventStore;
let elsewhere: EventStore;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  const open = (): EventStore => {
    const { databaseUrl } = testDatabase;
    const database = openDatabase({ databaseUrl, logger: createSilentLogger() });
    databases.push(database);
    return createPrismaEventStore(database, createRecordingMetrics());
  };
  [here, elsewhere] = [open(), open()];
  await registerPeople(here);
});
afterAll(async () => {
  for (const database of databases) await database.$disconnect();
  await testDatabase.drop();
});

/** A transaction that has begun to store the next event of a stream. @returns what gives that up. */
async function beginNextOf(streamId: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: testDatabase.databaseUrl });
  await client.connect();
  onTestFinished(() => client.end());
  await client.query('BEGIN');
  await client.query(
    `INSERT INTO events (stream_id, version, type, schema_version, data, actor_kind, actor_id, occurred_at)
     SELECT stream_id, version + 1, type, schema_version, data, actor_kind, actor_id, occurred_at
     FROM events WHERE stream_id = $1 ORDER BY version DESC LIMIT 1`,
    [streamId],
  );
  return async () => void (await client.query('ROLLBACK'));
}

/** Until so many statements wait for somebody else's transaction. */
async function untilWaiting(count: number): Promise<void> {
  const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  await vi.waitFor(
    async () => expect(await queryRows(testDatabase.databaseUrl, waiting)).toHaveLength(count),
    PATIENCE,
  );
}

const GIVEN_UP = /it waited too long for the database|the database did not answer in time/;

/**
 * Null if the machine stood still for so long that the store gave up. What was to be stored then may have been stored all
 * the same, or may be a little later.
 */
async function unlessGivenUp<Answer>(asked: Promise<Answer>): Promise<Answer | null> {
  try {
    return await asked;
  } catch (error) {
    if (GIVEN_UP.test(String(error))) return null;
    throw error;
  }
}

async function versionOf(streamId: StreamId): Promise<number> {
  return (await readWholeStream(here, streamId)).length;
}

test('what relied on a schedule is stored before the schedule changes, or not at all, however long it waits', async () => {
  const consultation = await openFresh(here);
  const version = await versionOf(DOCTOR);
  const giveUp = await beginNextOf(`consultation:${consultation}`);
  const done: string[] = [];
  const sending = here
    .append(
      request(`consultation:${consultation}`, 1, [message(consultation, 1)], {
        reliesOn: { streamId: DOCTOR, version },
      }),
    )
    .finally(() => done.push('sent'));
  await untilWaiting(1);
  const closing = elsewhere.append(request(DOCTOR, version, [closed])).finally(() => done.push('closed'));
  await untilWaiting(2);
  await giveUp();
  expect(await sending).toMatchObject({ outcome: 'appended' });
  expect(await closing).toMatchObject({ outcome: 'appended' });
  expect(done).toEqual(['sent', 'closed']);
});

test('what relies on a schedule that is just being changed is decided again', async () => {
  const consultation = await openFresh(here);
  const version = await versionOf(DOCTOR);
  const giveUp = await beginNextOf(DOCTOR);
  const closing = elsewhere.append(request(DOCTOR, version, [closed]));
  await untilWaiting(1);
  const send = () =>
    here.append(
      request(`consultation:${consultation}`, 1, [message(consultation, 1)], {
        reliesOn: { streamId: DOCTOR, version },
      }),
    );
  expect(await send()).toEqual({ outcome: 'outdated' });
  await giveUp();
  expect(await closing).toMatchObject({ outcome: 'appended' });
  expect(await send()).toEqual({ outcome: 'outdated' });
});

test('the versions of streams are read when they are asked for, even in a statement that began before', async () => {
  await openFresh(here);
  const version = await versionOf(DOCTOR);
  const client = new pg.Client({ connectionString: testDatabase.databaseUrl });
  await client.connect();
  onTestFinished(() => client.end());
  const movedOn = async () => (await client.query('FETCH 1 FROM asked')).rows[0];
  await client.query('BEGIN');
  await client.query(
    `DECLARE asked CURSOR FOR
     SELECT ARRAY(SELECT moved_stream FROM streams_moved_on(ARRAY[$$${DOCTOR}$$], ARRAY[${version} + 0 * times])) AS moved,
            (SELECT count(*)::int FROM events WHERE stream_id = $$${DOCTOR}$$ AND times > 0) AS seen
     FROM generate_series(1, 2) AS times`,
  );
  expect(await movedOn()).toEqual({ moved: [], seen: version });
  expect(await elsewhere.append(request(DOCTOR, version, [closed]))).toMatchObject({ outcome: 'appended' });
  expect(await movedOn()).toEqual({ moved: [DOCTOR], seen: version });
});

test('no message is stored by a schedule that changed before, however often and however many are sent at once', async () => {
  const [rooms, changes] = [100, 25];
  const open = async (): Promise<string> => (await unlessGivenUp(openFresh(here))) ?? open();
  const consultations = await Promise.all(Array.from({ length: rooms }, open));
  const seqs = consultations.map(() => 0);
  const reliedOn = new Map<string, number>();
  let version = await versionOf(DOCTOR);
  const last = version + changes;
  let newest = 0;
  const send = async (consultation: string, room: number, seen: number) => {
    const seq = (seqs[room] ?? 0) + 1;
    const reliesOn = { streamId: DOCTOR, version: seen } as const;
    const stream = `consultation:${consultation}` as const;
    const sent = request(stream, seq, [message(consultation, seq)], { reliesOn });
    const answer = await unlessGivenUp(here.append(sent));
    if (answer === null || answer.outcome === 'conflict') seqs[room] = (await versionOf(stream)) - 1;
    if (answer?.outcome !== 'appended') return;
    seqs[room] = seq;
    newest = Math.max(newest, seen);
    reliedOn.set(`consultation:${consultation} ${seq + 1}`, seen);
  };
  const untilReliedOn = (seen: number) =>
    vi.waitFor(() => expect(newest).toBeGreaterThanOrEqual(Math.min(seen, last - 1)), PATIENCE);
  const change = async () => {
    let wasGivenUp = false;
    while (version < last) {
      const answer = await unlessGivenUp(elsewhere.append(request(DOCTOR, version, [closed])));
      const fits = wasGivenUp ? expect.stringMatching(/^(appended|conflict)$/) : 'appended';
      if (answer !== null) expect(answer).toMatchObject({ outcome: fits });
      wasGivenUp = answer === null;
      version = answer?.outcome === 'appended' ? version + 1 : await versionOf(DOCTOR);
      await untilReliedOn(version);
    }
  };
  const changing = change();
  while (version < last) {
    const seen = version;
    await Promise.all(consultations.map((consultation, room) => send(consultation, room, seen)));
  }
  await changing;
  const rows = await queryRows(
    testDatabase.databaseUrl,
    `SELECT stream_id || ' ' || version AS name, version, position::int FROM events ORDER BY position`,
  );
  // A position is given while the lock is held, so it tells which of the two was first.
  let schedule = 0;
  const late: unknown[] = [];
  for (const { name, version: stored } of rows) {
    if (String(name).startsWith(`${DOCTOR} `)) schedule = Number(stored);
    else if ((reliedOn.get(String(name)) ?? schedule) < schedule) late.push(name);
  }
  expect(late).toEqual([]);
});
