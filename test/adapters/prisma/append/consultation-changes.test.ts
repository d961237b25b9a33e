import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSilentLogger } from '../../../../src/adapters/memory/loggers.js';
import { createRecordingMetrics } from '../../../../src/adapters/memory/metrics.js';
import { createPrismaEventStore } from '../../../../src/adapters/prisma/append/event-store.js';
import { openDatabase } from '../../../../src/adapters/prisma/connection/database.js';
import { rebuildReadModels } from '../../../../src/adapters/prisma/projections/rebuild.js';
import type { ConsultationEvent } from '../../../../src/domain/consultation/events.js';
import { DAY_MS } from '../../../../src/domain/instant.js';
import {
  ended,
  extended,
  fresh,
  message,
  NOON,
  opened,
  openFresh,
  registerPeople,
  request,
} from '../../../contracts/storage.js';
import { openPostgresTap } from '../postgres-tap.js';
import { openPrismaStorage, type PrismaStorage, queryRows } from '../prisma-storage.js';

let storage: PrismaStorage;
beforeAll(async () => {
  storage = await openPrismaStorage();
  // What the first transaction loads takes a busy machine longer than an append may wait.
  await storage.database.user.count();
  await registerPeople(storage.eventStore);
});
afterAll(() => storage.close());

const reopened = (consultationId: string, expiresAt: number): ConsultationEvent => ({
  type: 'ConsultationReopened',
  data: { consultationId, expiresAt },
});
const expired = (consultationId: string): ConsultationEvent => ({
  type: 'ConsultationExpired',
  data: { consultationId },
});
const rows = () =>
  queryRows(
    storage.databaseUrl,
    'SELECT * FROM consultations JOIN chats ON id = consultation_id ORDER BY id',
  );

/** One append for each event, all at the same time: they fall into one batch. */
const together = (id: string, version: number, events: readonly ConsultationEvent[]) =>
  events.map((event, index) =>
    storage.eventStore.append(
      request(`consultation:${id}`, version + index, [event], { occurredAt: NOON + index }),
    ),
  );

test('a batch with changes of many consultations, opened before or in it, leaves what a rebuild would', async () => {
  const there = await Promise.all(Array.from({ length: 6 }, () => openFresh(storage.eventStore, NOON)));
  const [a = '', b = '', c = '', d = '', e = '', f = ''] = there;
  const made = fresh('made');
  const outcomes = await Promise.all([
    ...together(a, 1, [ended(a), reopened(a, NOON + DAY_MS), message(a, 1), expired(a)]),
    ...together(b, 1, [extended(b, NOON + DAY_MS), ended(b)]),
    ...together(c, 1, [expired(c)]),
    ...together(d, 1, [message(d, 1), extended(d, NOON + 2 * DAY_MS)]),
    ...together(e, 1, [expired(e), reopened(e, NOON + 3 * DAY_MS)]),
    ...together(made, 0, [opened(made), extended(made, NOON + 9 * DAY_MS), message(made, 1), ended(made)]),
    // Nothing of a chain that is refused is projected.
    storage.eventStore.append(request(`consultation:${f}`, 7, [ended(f)])),
  ]);
  expect(outcomes.at(-1)).toEqual({ outcome: 'conflict' });
  expect(outcomes.slice(0, -1).every(({ outcome }) => outcome === 'appended')).toBe(true);
  const live = await rows();
  const statusOf = new Map(live.map((row) => [row['id'], [row['status'], row['is_active']]]));
  expect([a, b, c, d, e, f, made].map((id) => statusOf.get(id))).toEqual([
    ['expired', false],
    ['ended', false],
    ['expired', false],
    ['open', true],
    ['open', true],
    ['open', true],
    ['ended', false],
  ]);
  await rebuildReadModels(storage.database);
  expect(await rows()).toEqual(live);
});

test('consultations that expire together are one statement', async () => {
  const ids = await Promise.all(Array.from({ length: 20 }, () => openFresh(storage.eventStore, NOON)));
  const tap = await openPostgresTap(storage.databaseUrl);
  const database = openDatabase({ databaseUrl: tap.databaseUrl, logger: createSilentLogger() });
  const eventStore = createPrismaEventStore(database, createRecordingMetrics());
  try {
    const { statements } = await tap.during(() =>
      Promise.all(ids.map((id) => eventStore.append(request(`consultation:${id}`, 1, [expired(id)])))),
    );
    expect(statements).toHaveLength(1);
  } finally {
    await database.$disconnect();
    await tap.close();
  }
});
