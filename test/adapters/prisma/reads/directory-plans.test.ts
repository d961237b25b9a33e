import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSilentLogger } from '../../../../src/adapters/memory/loggers.js';
import { type Database, openDatabase } from '../../../../src/adapters/prisma/connection/database.js';
import { createPrismaDirectory } from '../../../../src/adapters/prisma/reads/directory.js';
import type {
  ConsultationFilter,
  Directory,
  SummaryPlace,
} from '../../../../src/application/ports/directory.js';
import { HOUR_MS } from '../../../../src/domain/instant.js';
import type { TestDatabase } from '../../../support/postgres.js';
import { openPostgresTap, type PostgresTap } from '../postgres-tap.js';
import { createTestDatabaseWith, EXPLAIN_SETTINGS, queryRows } from '../prisma-storage.js';

/** As after years: nearly all of the consultations have run out. */
const CONSULTATIONS = 20_000;
const OPEN_EVERY = 1_000;
const PATIENTS = 2_000;
const DOCTORS = 2_000;
const PAGE = 10;
/** Of one doctor, and of one patient, nearly all over and answered. */
const OF_BUSY_DOCTOR = 5_000;
const WAITING = 5;

const ALL: ConsultationFilter = { patientId: null, doctorId: null, status: null };

let testDatabase: TestDatabase;
let tap: PostgresTap;
let database: Database;
let directory: Directory;

beforeAll(async () => {
  testDatabase = await createTestDatabaseWith(EXPLAIN_SETTINGS);
  await fill(testDatabase.databaseUrl);
  tap = await openPostgresTap(testDatabase.databaseUrl);
  database = openDatabase({ databaseUrl: tap.databaseUrl, logger: createSilentLogger() });
  directory = createPrismaDirectory(database);
}, 60_000);
afterAll(async () => {
  await database.$disconnect();
  await tap.close();
  await testDatabase.drop();
});

async function fill(databaseUrl: string): Promise<void> {
  const events = (category: string, prefix: string, count: number): string =>
    `INSERT INTO events (stream_id, version, type, schema_version, data, actor_kind, actor_id, occurred_at)
     SELECT '${category}:${prefix}' || i, v, 'Whatever', 1, '{}', 'admin', 'a', now()
     FROM generate_series(0, ${count - 1}) AS i, generate_series(1, 5) AS v;`;
  await queryRows(
    databaseUrl,
    `INSERT INTO users (id, name, registered_at) SELECT 'p' || i, 'Mx', now() FROM generate_series(0, ${PATIENTS - 1}) AS i;
     INSERT INTO doctors (id, name, time_zone, registered_at)
     SELECT 'd' || i, 'Dr', 'UTC', now() FROM generate_series(0, ${DOCTORS - 1}) AS i;
     INSERT INTO doctor_schedules (doctor_id, ordinal, day_of_week, start_time, end_time)
     SELECT 'd' || i, day, day, '09:00', '17:00' FROM generate_series(0, ${DOCTORS - 1}) AS i, generate_series(0, 6) AS day;
     INSERT INTO consultations (id, user_id, doctor_id, is_active, status, expires_at, opened_at)
     SELECT 'c' || i, 'p' || i % ${PATIENTS}, 'd' || i % ${DOCTORS}, i % ${OPEN_EVERY} = 0,
            CASE WHEN i % ${OPEN_EVERY} = 0 THEN 'open' ELSE 'expired' END, now(), now()
     FROM generate_series(0, ${CONSULTATIONS - 1}) AS i;
     INSERT INTO chats (consultation_id, created_at, user_id, doctor_id, is_open, activity_at, activity_hour)
     SELECT 'c' || i, now(), 'p' || i % ${PATIENTS}, 'd' || i % ${DOCTORS}, i % ${OPEN_EVERY} = 0, to_timestamp(i / 10 * 3600), i / 10
     FROM generate_series(0, ${CONSULTATIONS - 1}) AS i;
     INSERT INTO doctors (id, name, time_zone, registered_at) VALUES ('busy', 'Dr', 'UTC', now());
     INSERT INTO consultations (id, user_id, doctor_id, is_active, status, expires_at, opened_at)
     SELECT 'b' || i, 'p' || i % ${PATIENTS}, 'busy', i < ${WAITING}, CASE WHEN i < ${WAITING} THEN 'open' ELSE 'ended' END, now(), now()
     FROM generate_series(0, ${OF_BUSY_DOCTOR - 1}) AS i;
     INSERT INTO chats (consultation_id, created_at, user_id, doctor_id, is_open, activity_at, activity_hour, waiting_since, doctor_unread)
     SELECT 'b' || i, now(), 'p' || i % ${PATIENTS}, 'busy', i < ${WAITING}, to_timestamp(i / 10 * 3600), i / 10,
            CASE WHEN i < ${WAITING} THEN to_timestamp(i) END, CASE WHEN i < ${WAITING} THEN 1 ELSE 0 END
     FROM generate_series(0, ${OF_BUSY_DOCTOR - 1}) AS i;
     UPDATE chats SET doctor_unread = 2 WHERE consultation_id IN ('b1000', 'b2000');
     INSERT INTO users (id, name, registered_at) VALUES ('often', 'Mx', now());
     INSERT INTO consultations (id, user_id, doctor_id, is_active, status, expires_at, opened_at)
     SELECT 'o' || i, 'often', 'd' || i % ${DOCTORS}, i < ${WAITING}, CASE WHEN i < ${WAITING} THEN 'open' ELSE 'ended' END, now(), now()
     FROM generate_series(0, ${OF_BUSY_DOCTOR - 1}) AS i;
     INSERT INTO chats (consultation_id, created_at, user_id, doctor_id, is_open, activity_at, activity_hour, user_unread)
     SELECT 'o' || i, now(), 'often', 'd' || i % ${DOCTORS}, i < ${WAITING}, to_timestamp(i / 10 * 3600), i / 10, CASE WHEN i IN (1, 1000) THEN 1 ELSE 0 END
     FROM generate_series(0, ${OF_BUSY_DOCTOR - 1}) AS i;
     ${events('consultation', 'o', OF_BUSY_DOCTOR)}
     ${events('consultation', 'b', OF_BUSY_DOCTOR)}
     ${events('doctor', 'busy', 1)}
     ${events('consultation', 'c', CONSULTATIONS)}
     ${events('doctor', 'd', DOCTORS)}
     ${events('patient', 'p', PATIENTS)}
     ANALYZE;`,
  );
}

function inbox(order: 'waiting' | 'activity', of: Partial<ConsultationFilter> = {}) {
  return { filter: { ...ALL, doctorId: 'busy', ...of }, order, unreadBy: null, after: null } as const;
}

/** What somebody has not read, in each of the orders: most of it open, and some of it closed long ago. */
const unread = (order: 'id' | 'waiting' | 'activity', unreadBy: 'user' | 'doctor' = 'doctor') => {
  const of = unreadBy === 'doctor' ? { doctorId: 'busy' } : { doctorId: null, patientId: 'often' };
  return { ...inbox('waiting', of), order, unreadBy } as const;
};

/** The place of the busy doctor's consultation `b<number>`, as `fill` has it. */
const behind = (number: number): SummaryPlace => ({
  by: 'activity',
  at: Math.floor(number / 10) * HOUR_MS,
  consultationId: `b${number}`,
});

test.each<[string, () => Promise<readonly unknown[]>]>([
  ['doctors', () => directory.doctors('d5', PAGE)],
  ['patients', () => directory.patients('p5', PAGE)],
  ['all consultations', () => directory.consultations(ALL, 'c5', PAGE)],
  ['the first consultations', () => directory.consultations(ALL, null, PAGE)],
  ['those of a patient', () => directory.consultations({ ...ALL, patientId: 'p7' }, 'c5', PAGE)],
  ['those of a doctor', () => directory.consultations({ ...ALL, doctorId: 'd7' }, 'c5', PAGE)],
  ['the few that are open', () => directory.consultations({ ...ALL, status: 'open' }, null, PAGE)],
  ['the many that are not', () => directory.consultations({ ...ALL, status: 'expired' }, 'c5', PAGE)],
  ['an inbox by waiting', () => directory.summaries(inbox('waiting'), PAGE)],
  ['an inbox by activity', () => directory.summaries(inbox('activity'), PAGE)],
  [
    'an inbox of a patient',
    () => directory.summaries(inbox('waiting', { patientId: 'p7', doctorId: null }), PAGE),
  ],
  [
    'those who wait behind a place in an inbox',
    () =>
      directory.summaries(
        { ...inbox('waiting'), after: { by: 'waiting', since: 1_000, consultationId: 'b1' } },
        PAGE,
      ),
  ],
  [
    'the others behind a place in an inbox by waiting',
    () => directory.summaries({ ...inbox('waiting'), after: behind(3_000) }, PAGE),
  ],
  [
    'an inbox by activity behind a place',
    () => directory.summaries({ ...inbox('activity'), after: behind(3_000) }, PAGE),
  ],
  [
    'what is unread behind a place in an inbox by waiting',
    () => directory.summaries({ ...unread('waiting'), after: behind(3_000) }, PAGE),
  ],
  [
    'what is unread behind a place in an inbox by activity',
    () => directory.summaries({ ...unread('activity'), after: behind(3_000) }, PAGE),
  ],
  ['an unread inbox by id', () => directory.summaries(unread('id'), PAGE)],
  ['an unread inbox by waiting', () => directory.summaries(unread('waiting'), PAGE)],
  ['an unread inbox by activity', () => directory.summaries(unread('activity'), PAGE)],
  ['an unread inbox of a patient', () => directory.summaries(unread('activity', 'user'), PAGE)],
])('a page of %s is one statement that touches little more than the page', async (name, read) => {
  // Often enough to be planned for ever, for whatever page.
  for (let round = 0; round < 10; round += 1) await read();
  let found: readonly unknown[] = [];
  const { notices } = await tap.during(async () => {
    found = await read();
  });
  expect(found.length).toBeGreaterThan(0);
  const plans = notices.filter((notice) => notice.includes('plan:'));
  expect(plans).toHaveLength(1);
  const [plan = ''] = plans;
  expect(plan.match(/Seq Scan on (public\.)?(events|consultations|chats|users|doctors)\b.*/g)).toBeNull();
  const scans = [
    ...plan.matchAll(
      / on (?:public\.)?(?:events|consultations|chats|users|doctors)\b.*actual rows=([\d.]+)/g,
    ),
  ];
  expect(scans.length).toBeGreaterThan(0);
  const rows = scans.map(([, count]) => Number(count));
  const removed = [...plan.matchAll(/Rows Removed by Filter: (\d+)/g)].map(([, count]) => Number(count));
  expect([plan, removed.filter((count) => count > 5 * PAGE)]).toEqual([plan, []]);
  // What lies within an hour is sorted by groups of 32 rows at least.
  const most = name.includes('inbox') ? 5 * PAGE : PAGE;
  expect([plan, rows.filter((count) => count > most)]).toEqual([plan, []]);
});

test('a message changes no index of an open conversation, whatever becomes unread by it', async () => {
  const rows = await queryRows(
    testDatabase.databaseUrl,
    `WITH changed AS (
       UPDATE chats SET doctor_unread = doctor_unread + 1, user_unread = 0, head_seq = head_seq + 1
       WHERE consultation_id = 'c0' RETURNING 1
     ) SELECT pg_stat_get_xact_tuples_updated('chats'::regclass)::int AS updated,
              pg_stat_get_xact_tuples_hot_updated('chats'::regclass)::int AS hot FROM changed`,
  );
  expect(rows).toEqual([{ updated: 1, hot: 1 }]);
});
