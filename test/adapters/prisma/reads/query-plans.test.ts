import { expect, onTestFinished, test } from 'vitest';
import { createSilentLogger } from '../../../../src/adapters/memory/loggers.js';
import { createRecordingMetrics } from '../../../../src/adapters/memory/metrics.js';
import { createPrismaEventStore } from '../../../../src/adapters/prisma/append/event-store.js';
import { openDatabase } from '../../../../src/adapters/prisma/connection/database.js';
import { createPrismaConsultationQueries } from '../../../../src/adapters/prisma/reads/consultation-queries.js';
import { createPrismaMessageHistory } from '../../../../src/adapters/prisma/reads/message-history.js';
import { createPrismaStateReader } from '../../../../src/adapters/prisma/reads/state-reader.js';
import { message, NOON, openFresh, registerPeople, request } from '../../../contracts/storage.js';
import { openPostgresTap } from '../postgres-tap.js';
import { createTestDatabaseWith, EXPLAIN_SETTINGS, queryRows } from '../prisma-storage.js';

const LONG = 10_000;
const STEP = 1_000;

async function openExplained() {
  const testDatabase = await createTestDatabaseWith(EXPLAIN_SETTINGS);
  const tap = await openPostgresTap(testDatabase.databaseUrl);
  const database = openDatabase({ databaseUrl: tap.databaseUrl, logger: createSilentLogger() });
  onTestFinished(async () => {
    await database.$disconnect();
    await tap.close();
    await testDatabase.drop();
  });
  const eventStore = createPrismaEventStore(database, createRecordingMetrics());
  await registerPeople(eventStore);
  return {
    eventStore,
    stateReader: createPrismaStateReader(database),
    history: createPrismaMessageHistory(database),
    queries: createPrismaConsultationQueries(database),
    analyze: () => queryRows(testDatabase.databaseUrl, 'ANALYZE'),
    plansOf: async (act: () => Promise<unknown>) => {
      const { notices } = await tap.during(act);
      return notices.filter((notice) => notice.includes('plan:')).join('\n');
    },
  };
}

type Explained = Awaited<ReturnType<typeof openExplained>>;

/** A consultation with so many messages among 100 short ones. */
async function talkAtLength({ eventStore }: Explained, id: string): Promise<void> {
  for (let done = 0; done < LONG; done += STEP) {
    const [first = message(id, done + 1), ...others] = Array.from({ length: STEP }, (_, index) =>
      message(id, done + 1 + index),
    );
    await eventStore.append(
      request(`consultation:${id}`, done + 1, [first, ...others], { idempotencyKey: `user:${done}` }),
    );
  }
}

async function expectCheapPlans(explained: Explained, id: string): Promise<void> {
  const { eventStore, stateReader, history, queries, plansOf } = explained;
  const streamId = `consultation:${id}` as const;
  const plans = {
    state: await plansOf(() => stateReader.consultation(id)),
    'state of a doctor': await plansOf(() => stateReader.doctor('doctor-1')),
    'latest messages': await plansOf(() => history.after(id, LONG - 10, 10)),
    'a page in the middle': await plansOf(() => history.after(id, LONG / 2, 10)),
    'a page of a stream': await plansOf(() => eventStore.readStream(streamId, LONG / 2, 10)),
    'an event by its key': await plansOf(() => eventStore.findByIdempotencyKey(streamId, 'user:1000')),
    'a page of the log': await plansOf(() => eventStore.readAll(null, 10)),
    append: await plansOf(() =>
      eventStore.append(request(streamId, LONG + 1, [message(id, LONG + 1)], { idempotencyKey: 'user:new' })),
    ),
    conflict: await plansOf(() => eventStore.append(request(streamId, 5, [message(id, 5)]))),
  };
  for (const [name, plan] of Object.entries(plans)) {
    expect([name, plan.includes('plan:')]).toEqual([name, true]);
    expect([name, plan.match(/Seq Scan on (public\.)?(events|messages)\b.*/g)]).toEqual([name, null]);
    // No step touches more than a page's worth of rows, whatever the way that it takes.
    const scans = [...plan.matchAll(/ on (?:public\.)?(?:events|messages)\b.*actual rows=([\d.]+)/g)];
    expect([name, scans.length > 0]).toEqual([name, true]);
    expect([name, scans.map(([, rows]) => Number(rows)).filter((rows) => rows > 20)]).toEqual([name, []]);
  }
  const due = await plansOf(() => queries.dueForExpiry(NOON, 10, null));
  expect(due).toContain('plan:');
}

test('the 10,000th message costs what the first one did: everything goes by an index', async () => {
  const explained = await openExplained();
  const id = await openFresh(explained.eventStore);
  await talkAtLength(explained, id);
  await Promise.all(Array.from({ length: 100 }, () => openFresh(explained.eventStore)));
  await explained.analyze();
  await expectCheapPlans(explained, id);
});

test('also on connections that have seen the tables when they were next to empty', async () => {
  const explained = await openExplained();
  const id = await openFresh(explained.eventStore);
  // PostgreSQL knows them as tiny, and every statement has run often enough to be planned for ever.
  await explained.analyze();
  for (let round = 0; round < 10; round += 1) {
    await explained.stateReader.consultation(id);
    await explained.history.after(id, 0, 10);
  }
  await talkAtLength(explained, id);
  await expectCheapPlans(explained, id);
});
