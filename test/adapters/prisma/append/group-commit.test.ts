import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { eventCodec } from '../../../../src/adapters/codec/event-codec.js';
import { createSilentLogger } from '../../../../src/adapters/memory/loggers.js';
import { createRecordingMetrics } from '../../../../src/adapters/memory/metrics.js';
import { NO_PEERS } from '../../../../src/adapters/memory/peers.js';
import { createVirtualTime } from '../../../../src/adapters/memory/virtual-time.js';
import { MAX_BATCH_REQUESTS } from '../../../../src/adapters/prisma/append/append-queue.js';
import { createPrismaEventStore } from '../../../../src/adapters/prisma/append/event-store.js';
import { type Database, openDatabase } from '../../../../src/adapters/prisma/connection/database.js';
import { createPrismaStateReader } from '../../../../src/adapters/prisma/reads/state-reader.js';
import type { EventStore, StreamId } from '../../../../src/application/ports/event-store.js';
import { createConsultationHandler } from '../../../../src/application/streams/stream-handlers.js';
import { decide } from '../../../../src/domain/consultation/consultation.js';
import {
  ended,
  fresh,
  message,
  NOON,
  opened,
  openFresh,
  PATIENT,
  readWholeStream,
  registerPeople,
  request,
} from '../../../contracts/storage.js';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres.js';
import { openPostgresTap, type PostgresTap } from '../postgres-tap.js';
import { queryRows } from '../prisma-storage.js';

let testDatabase: TestDatabase;
let tap: PostgresTap;
let database: Database;
let store: EventStore;
let otherDatabase: Database;
let otherStore: EventStore;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  tap = await openPostgresTap(testDatabase.databaseUrl);
  const logger = createSilentLogger();
  database = openDatabase({ databaseUrl: tap.databaseUrl, logger });
  otherDatabase = openDatabase({ databaseUrl: tap.databaseUrl, logger });
  store = createPrismaEventStore(database, createRecordingMetrics());
  otherStore = createPrismaEventStore(otherDatabase, createRecordingMetrics());
  await registerPeople(store);
});
afterAll(async () => {
  await Promise.all([database.$disconnect(), otherDatabase.$disconnect()]);
  await tap.close();
  await testDatabase.drop();
});

/** Opens consultations, a few at a time: opening one takes several statements. */
async function openMany(count: number): Promise<string[]> {
  const AT_ONCE = 100;
  const ids: string[] = [];
  while (ids.length < count) {
    const size = Math.min(AT_ONCE, count - ids.length);
    ids.push(...(await Promise.all(Array.from({ length: size }, () => openFresh(store)))));
  }
  return ids;
}

async function expectDense(id: string, length: number): Promise<void> {
  const versions = (await readWholeStream(store, `consultation:${id}`)).map(({ version }) => version);
  expect(versions).toEqual(Array.from({ length }, (_, index) => index + 1));
  const messages = await queryRows(
    testDatabase.databaseUrl,
    'SELECT seq FROM messages WHERE consultation_id = $1 ORDER BY seq',
    [id],
  );
  expect(messages).toEqual(Array.from({ length: length - 1 }, (_, index) => ({ seq: index + 1 })));
}

describe('what a message costs', () => {
  test('the next statement is on its way before anybody hears of the one before', async () => {
    const [one = '', other = ''] = await openMany(2);
    const happened: string[] = [];
    const send = async (id: string) => {
      await store.append(request(`consultation:${id}`, 1, [message(id, 1)]));
      happened.push('told');
    };
    let second: Promise<void> | undefined;
    const sent = () => {
      happened.push('sent');
      // Asked for while the first one is under way.
      second ??= send(other);
    };
    database.pool.on('acquire', sent);
    onTestFinished(() => void database.pool.off('acquire', sent));
    await send(one);
    await second;
    expect(happened).toEqual(['sent', 'sent', 'told', 'told']);
  });

  test('one send is one statement in one round trip', async () => {
    const id = await openFresh(store);
    const { roundTrips, statements, result } = await tap.during(() =>
      store.append(request(`consultation:${id}`, 1, [message(id, 1)], { idempotencyKey: 'user:k' })),
    );
    expect(result.outcome).toBe('appended');
    expect({ roundTrips, statements: statements.length }).toEqual({ roundTrips: 1, statements: 1 });
  });

  test('as many sends as a batch holds are one statement too, on as many streams', async () => {
    const ids = Array.from({ length: MAX_BATCH_REQUESTS }, () => fresh('consultation'));
    const { roundTrips, statements, result } = await tap.during(() =>
      Promise.all(ids.map((id) => store.append(request(`consultation:${id}`, 0, [message(id, 1)])))),
    );
    expect(new Set(result.map(({ outcome }) => outcome))).toEqual(new Set(['appended']));
    expect({ roundTrips, statements: statements.length }).toEqual({ roundTrips: 1, statements: 1 });
  });

  test('what comes while a flush is under way shares the next one', async () => {
    const ids = await openMany(60);
    const { roundTrips } = await tap.during(async () => {
      const [first = '', ...others] = ids;
      const under = store.append(request(`consultation:${first}`, 1, [message(first, 1)]));
      // The flush of the first starts in this turn of the event loop; the others come after it.
      await new Promise((resolve) => setImmediate(resolve));
      await Promise.all(others.map((id) => store.append(request(`consultation:${id}`, 1, [message(id, 1)]))));
      await under;
    });
    expect(roundTrips).toBe(2);
  });

  test('a conflict or a duplicate costs its neighbours nothing', async () => {
    const ids = await openMany(30);
    const [duplicated = '', conflicted = ''] = ids;
    const details = { idempotencyKey: 'user:k' };
    await store.append(request(`consultation:${duplicated}`, 1, [message(duplicated, 1)], details));
    const { roundTrips, result } = await tap.during(() =>
      Promise.all(
        ids.map((id) =>
          store.append(request(`consultation:${id}`, id === conflicted ? 9 : 1, [message(id, 1)], details)),
        ),
      ),
    );
    const outcomes = result.map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['duplicate', 'conflict', ...ids.slice(2).map(() => 'appended')]);
    // One for the batch, and one each to look for the event of a key.
    expect(roundTrips).toBeLessThanOrEqual(3);
  });

  test('a change of the consultation is one statement', async () => {
    const id = await openFresh(store);
    const { roundTrips } = await tap.during(() =>
      store.append(request(`consultation:${id}`, 1, [ended(id)])),
    );
    expect(roundTrips).toBe(1);
  });

  test('a decision reads no events: one read of the state when cold, none when warm, however long the stream', async () => {
    const LENGTH = 3_000;
    const id = await openFresh(store);
    const [first = message(id, 1), ...others] = Array.from({ length: LENGTH }, (_, index) =>
      message(id, index + 1),
    );
    await store.append(request(`consultation:${id}`, 1, [first, ...others]));
    const handler = createConsultationHandler({
      eventStore: store,
      stateReader: createPrismaStateReader(database),
      peers: NO_PEERS,
      tellStored: () => {},
      tellDoubt: () => {},
      clock: createVirtualTime(NOON, { logger: createSilentLogger() }).clock,
    });
    const send = () =>
      handler.handle({
        id,
        actor: PATIENT,
        decide: (state, now) =>
          decide(
            {
              type: 'SendMessage',
              now,
              messageId: fresh('message'),
              sender: 'user',
              content: 'hello',
              clientMessageId: null,
              doctorIsAvailable: true,
            },
            state,
          ),
      });

    const cold = await tap.during(send);
    expect(cold.result).toMatchObject({ outcome: 'accepted', events: [{ version: LENGTH + 2 }] });
    expect(cold.roundTrips).toBe(2);
    const warm = await tap.during(send);
    expect(warm.result).toMatchObject({ outcome: 'accepted', events: [{ version: LENGTH + 3 }] });
    expect(warm.roundTrips).toBe(1);
    const many = await tap.during(() => Promise.all(Array.from({ length: 100 }, send)));
    expect(many.result.every(({ outcome }) => outcome === 'accepted')).toBe(true);
    expect(many.roundTrips).toBe(1);
  });
});

describe('a batch', () => {
  test('with an event that cannot be stored stores everything else, and tells only whoever sent it', async () => {
    const ids = await openMany(40);
    const [bad = ''] = ids;
    // No column of text holds a NUL. The pipeline lets none through; if one came, its neighbours must not notice.
    const outcomes = await Promise.allSettled(
      ids.map((id) => {
        const content = id === bad ? 'a\0b' : 'fine';
        return store.append(request(`consultation:${id}`, 1, [message(id, 1, { content })]));
      }),
    );
    const stored = { status: 'fulfilled', value: { outcome: 'appended' } };
    expect(outcomes).toMatchObject([
      { status: 'fulfilled', value: { outcome: 'unstorable' } },
      ...ids.slice(1).map(() => stored),
    ]);
    await expectDense(bad, 1);
    expect(await store.append(request(`consultation:${bad}`, 1, [message(bad, 1)]))).toMatchObject({
      outcome: 'appended',
    });
  });

  test('with an event that has no shape rejects only that', async () => {
    const id = await openFresh(store);
    const shapeless = { type: 'MessageSent', data: { consultationId: id } } as unknown;
    const [wrong, right] = await Promise.allSettled([
      store.append(request(`consultation:${id}`, 1, [shapeless as ReturnType<typeof message>])),
      store.append(request(`consultation:${id}`, 1, [message(id, 1)])),
    ]);
    expect(wrong.status).toBe('rejected');
    expect(right).toMatchObject({ status: 'fulfilled', value: { outcome: 'appended' } });
  });

  test('opens and talks on many streams at once, read models included', async () => {
    const ids = Array.from({ length: 150 }, () => fresh('consultation'));
    const outcomes = await Promise.all(
      ids.flatMap((id) => [
        store.append(request(`consultation:${id}`, 0, [opened(id)])),
        store.append(request(`consultation:${id}`, 1, [message(id, 1)])),
      ]),
    );
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['appended']));
    const [count] = await queryRows(
      testDatabase.databaseUrl,
      'SELECT count(*)::int AS n FROM consultations JOIN chats ON consultation_id = id JOIN messages USING (consultation_id) WHERE id = ANY ($1)',
      [ids],
    );
    expect(count).toEqual({ n: ids.length });
  });
});

/** Other writers, each about to commit the next event of one of these streams, which were just opened. */
async function holdNextVersions(ids: readonly string[]) {
  const writers = new Map<number, pg.Client>();
  const onlooker = new pg.Client({ connectionString: testDatabase.databaseUrl });
  onTestFinished(async () => {
    for (const client of [onlooker, ...writers.values()]) await client.end();
  });
  await onlooker.connect();
  for (const id of ids) {
    const client = new pg.Client({ connectionString: testDatabase.databaseUrl });
    await client.connect();
    const { type, schemaVersion, data } = eventCodec.encode(message(id, 1));
    await client.query('BEGIN');
    const { rows } = await client.query<{ pid: number }>(
      `INSERT INTO events (stream_id, version, type, schema_version, data, actor_kind, actor_id, occurred_at, idempotency_key)
       VALUES ($1, 2, $2, $3, $4, 'patient', 'patient-1', now(), $5) RETURNING pg_backend_pid() AS pid`,
      [`consultation:${id}`, type, schemaVersion, data, id === ids[0] ? `user:${id}` : null],
    );
    writers.set(rows[0]?.pid ?? Number.NaN, client);
  }

  /** Each commits when somebody waits for it, so that every statement of theirs may meet another one. */
  async function commitAsTheyAreMet(): Promise<void> {
    for (let left = writers.size; left > 0; left -= 1) {
      const pid = await vi.waitFor(
        async () => {
          const { rows } = await onlooker.query<{ pid: number }>(
            'SELECT unnest(pg_blocking_pids(pid)) AS pid FROM pg_stat_activity WHERE datname = current_database()',
          );
          const met = rows.find((row) => writers.has(row.pid));
          expect(met).toBeDefined();
          return met?.pid ?? Number.NaN;
        },
        { timeout: 30_000, interval: 5 },
      );
      const client = writers.get(pid);
      writers.delete(pid);
      await client?.query('COMMIT');
      await client?.end();
    }
  }

  return { commitAsTheyAreMet };
}

describe('two processes on one database', () => {
  test('race for many streams: one wins each version, the loser conflicts, and neighbours are stored', async () => {
    const plan = fc.array(
      fc.record({ stream: fc.nat({ max: 5 }), second: fc.boolean(), several: fc.boolean() }),
      { minLength: 2, maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(plan, async (appends) => {
        const shared = await openMany(6);
        const own = await openMany(2);
        const stores = [store, otherStore];
        const neighbours = stores.flatMap((one, index) => {
          const id = own[index] ?? '';
          return [1, 2, 3].map((seq) => one.append(request(`consultation:${id}`, seq, [message(id, seq)])));
        });
        // Every one of them expects the stream as it was opened: exactly one of those on a stream can win.
        const racing = appends.map(async ({ stream, second, several }) => {
          const id = shared[stream] ?? '';
          const events = several ? ([message(id, 1), message(id, 2)] as const) : ([message(id, 1)] as const);
          const { outcome } = await (second ? otherStore : store).append(
            request(`consultation:${id}`, 1, events),
          );
          return { id, outcome, length: events.length };
        });
        const answers = await Promise.all(racing);
        for (const { outcome } of await Promise.all(neighbours)) expect(outcome).toBe('appended');
        for (const id of shared) {
          const onStream = answers.filter((answer) => answer.id === id);
          const won = onStream.filter(({ outcome }) => outcome === 'appended');
          expect(won).toHaveLength(onStream.length === 0 ? 0 : 1);
          expect(onStream.every(({ outcome }) => ['appended', 'conflict'].includes(outcome))).toBe(true);
          await expectDense(id, 1 + (won[0]?.length ?? 0));
        }
        for (const id of own) await expectDense(id, 4);
      }),
      { numRuns: 15 },
    );
  });

  test('however many streams others are faster on, a batch takes no more statements', async () => {
    const contested = await openMany(8);
    const [several = '', ...free] = await openMany(9);
    const [duplicated = ''] = contested;
    const others = await holdNextVersions([...contested, several]);
    const keyed = (id: string) => ({ idempotencyKey: `user:${id}` });
    const { statements, result } = await tap.during(async () => {
      const answers = Promise.all([
        ...contested.map((id) => store.append(request(`consultation:${id}`, 1, [message(id, 1)], keyed(id)))),
        ...free.map((id) => store.append(request(`consultation:${id}`, 1, [message(id, 1)], keyed(id)))),
        store.append(request(`consultation:${several}`, 1, [message(several, 1), message(several, 2)])),
      ]);
      await others.commitAsTheyAreMet();
      return answers;
    });
    expect(result.map(({ outcome }) => outcome)).toEqual([
      ...contested.map((id) => (id === duplicated ? 'duplicate' : 'conflict')),
      ...free.map(() => 'appended'),
      'conflict',
    ]);
    // The batch; what others have left of it; what became of the rest; the event of the key; the chain of two.
    expect(statements.length).toBeLessThanOrEqual(5);
    for (const id of free) await expectDense(id, 2);
    // Nothing of a chain is stored behind somebody else's event.
    expect(await readWholeStream(store, `consultation:${several}`)).toHaveLength(2);
  });

  test('whose batches hold the same streams the other way round never deadlock', async () => {
    const ids = await openMany(20);
    // Each row takes its time, so that both are in the midst of their batches at once.
    await queryRows(
      testDatabase.databaseUrl,
      `CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN PERFORM pg_sleep(0.01); RETURN NEW; END $$;
       CREATE TRIGGER linger BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION linger();`,
    );
    onTestFinished(async () => {
      await queryRows(testDatabase.databaseUrl, 'DROP TRIGGER linger ON events; DROP FUNCTION linger()');
    });
    for (let version = 1; version <= 2; version += 1) {
      const send = (one: EventStore, order: readonly string[]) =>
        Promise.all(
          order.map(async (id) => ({
            id,
            ...(await one.append(request(`consultation:${id}`, version, [message(id, version)]))),
          })),
        );
      const { result: answers, errors } = await tap.during(() =>
        Promise.all([send(store, ids), send(otherStore, ids.toReversed())]),
      );
      expect(errors.filter((error) => error.includes('deadlock'))).toEqual([]);
      const won = answers.flat().filter(({ outcome }) => outcome === 'appended');
      expect(won.map(({ id }) => id).sort()).toEqual(ids.toSorted());
    }
    await expectDense(ids[0] ?? '', 3);
  });

  test('given the same key at the same moment store it once, and both answer with the same event', async () => {
    for (let round = 0; round < 10; round += 1) {
      const ids = await openMany(10);
      const send = (one: EventStore) =>
        Promise.all(
          ids.map((id) => {
            const streamId: StreamId = `consultation:${id}`;
            return one.append(request(streamId, 1, [message(id, 1)], { idempotencyKey: 'user:k' }));
          }),
        );
      const [mine, theirs] = await Promise.all([send(store), send(otherStore)]);
      for (const [index, id] of ids.entries()) {
        const pair = [mine[index], theirs[index]];
        expect(pair.map((answer) => answer?.outcome).sort()).toEqual(['appended', 'duplicate']);
        const [stored] = await store.readStream(`consultation:${id}`, 1, 10);
        for (const answer of pair) {
          expect(answer).toMatchObject(
            answer?.outcome === 'appended' ? { events: [stored] } : { original: stored },
          );
        }
      }
    }
  });
});
