import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSilentLogger } from '../../../../src/adapters/memory/loggers.js';
import { createRecordingMetrics } from '../../../../src/adapters/memory/metrics.js';
import { createPrismaAccessLog } from '../../../../src/adapters/prisma/access-log/access-log.js';
import { type Database, openDatabase } from '../../../../src/adapters/prisma/connection/database.js';
import type { AccessLog, AccessLogFilter } from '../../../../src/application/ports/access-log.js';
import { MINUTE_MS, SECOND_MS } from '../../../../src/domain/instant.js';
import { NOON } from '../../../contracts/storage.js';
import type { TestDatabase } from '../../../support/postgres.js';
import { openPostgresTap, type PostgresTap } from '../postgres-tap.js';
import { createTestDatabaseWith, EXPLAIN_SETTINGS, queryRows } from '../prisma-storage.js';

/** As a clinic would have it: 2,000 consultations of 200 patients and 20 doctors that go on side by side. */
const EVENTS = 100_000;
const READS = 100_000;
const CONSULTATIONS = 2_000;
const PATIENTS = 200;
const DOCTORS = 20;
/** Apart from each other. */
const STEP_MS = SECOND_MS;
const PAGE = 20;
const EVERYTHING: AccessLogFilter = { consultationId: null, person: null, from: null, to: null };

let testDatabase: TestDatabase;
let tap: PostgresTap;
let database: Database;
let accessLog: AccessLog;

beforeAll(async () => {
  testDatabase = await createTestDatabaseWith(EXPLAIN_SETTINGS);
  await fill(testDatabase.databaseUrl);
  tap = await openPostgresTap(testDatabase.databaseUrl);
  database = openDatabase({ databaseUrl: tap.databaseUrl, logger: createSilentLogger() });
  accessLog = createPrismaAccessLog({
    database,
    metrics: createRecordingMetrics(),
    logger: createSilentLogger(),
  });
}, 60_000);
afterAll(async () => {
  await database.$disconnect();
  await tap.close();
  await testDatabase.drop();
});

/** Rows lie in the table in the order in which they happened, as they do when they are appended. */
async function fill(databaseUrl: string): Promise<void> {
  const at = (step: string) =>
    `timestamptz 'epoch' + (${NOON} + ${step} * ${STEP_MS}) * interval '1 millisecond'`;
  await queryRows(
    databaseUrl,
    `INSERT INTO consultations (id, user_id, doctor_id, is_active, status, expires_at, opened_at)
     SELECT 'c' || i, 'p' || i % ${PATIENTS}, 'd' || i % ${DOCTORS}, true, 'open', now(), now()
     FROM generate_series(0, ${CONSULTATIONS - 1}) AS i;
     INSERT INTO events (stream_id, version, type, schema_version, data, actor_kind, actor_id, occurred_at)
     SELECT 'consultation:c' || c, i / ${CONSULTATIONS} + 1, 'MessageSent', 1,
            jsonb_build_object('content', repeat('x', 60)),
            CASE WHEN i % 5000 = 0 THEN 'admin' WHEN i % 3 = 0 THEN 'doctor' ELSE 'patient' END,
            CASE WHEN i % 5000 = 0 THEN 'a' WHEN i % 3 = 0 THEN 'd' || c % ${DOCTORS} ELSE 'p' || c % ${PATIENTS} END,
            ${at('i')}
     FROM generate_series(0, ${EVENTS - 1}) AS i, LATERAL (SELECT i % ${CONSULTATIONS} AS c) AS of;
     INSERT INTO access_log (at, reader_kind, reader_id, consultation_id, action, channel, request_id)
     SELECT ${at('i')}, 'patient', 'p' || c % ${PATIENTS}, 'c' || c, 'join', 'socket', 'request-' || i
     FROM generate_series(0, ${READS - 1}) AS i, LATERAL (SELECT i % ${CONSULTATIONS} AS c) AS of;
     INSERT INTO access_log (at, reader_kind, reader_id, subject_kind, subject_id, action, channel, request_id)
     SELECT ${at('i')}, 'admin', 'b', kind, left(kind, 1) || i % 20, 'read_access_log', 'http', 'look-' || i
     FROM generate_series(0, 9999) AS i, unnest(ARRAY['patient', 'doctor']) AS kind;
     SELECT brin_summarize_new_values('events_occurred_at_idx')`,
  );
}

/** How many rows of the two tables a question has touched, wherever they were dropped on the way. */
async function rowsTouchedBy(filter: Partial<AccessLogFilter>, after: string | null = null) {
  const { notices, result } = await tap.during(() =>
    accessLog.query({ ...EVERYTHING, ...filter }, after, PAGE),
  );
  const plans = notices.filter((notice) => notice.includes('plan:')).join('\n');
  expect(plans).toContain('plan:');
  expect(plans.match(/Seq Scan on (public\.)?(events|access_log|consultations)\b.*/g)).toBeNull();
  let rows = 0;
  for (const [, found = '', loops = ''] of plans.matchAll(
    / on (?:public\.)?(?:events|access_log)\b.*actual rows=([\d.]+) loops=(\d+)/g,
  )) {
    rows += Number(found) * Number(loops);
  }
  for (const [, removed = ''] of plans.matchAll(/Rows Removed by (?:Filter|Index Recheck): (\d+)/g)) {
    rows += Number(removed);
  }
  return { rows, result };
}

describe.each(['before', 'after'])('%s statistics are collected', (moment) => {
  beforeAll(async () => {
    if (moment === 'after') await queryRows(testDatabase.databaseUrl, 'ANALYZE');
  });

  test('a consultation costs its own entries', async () => {
    const { rows, result } = await rowsTouchedBy({ consultationId: 'c7' });
    expect(result?.entries).toHaveLength(PAGE);
    expect(rows).toBeLessThan(150);
  });

  test('a person costs what stands in their consultations', async () => {
    const patient = await rowsTouchedBy({ person: { kind: 'patient', id: 'p7' } });
    expect(patient.result?.entries).toHaveLength(PAGE);
    expect(patient.rows).toBeLessThan(1_500);
    const doctor = await rowsTouchedBy({ person: { kind: 'doctor', id: 'd7' } });
    expect(doctor.result?.entries).toHaveLength(PAGE);
    expect(doctor.rows).toBeLessThan(15_000);
  });

  test('an administrator costs a page', async () => {
    const { rows, result } = await rowsTouchedBy({ person: { kind: 'admin', id: 'a' } });
    expect(result?.entries).toHaveLength(PAGE);
    expect(rows).toBeLessThan(100);
  });

  test('who looked at a patient costs what concerns them and their consultations', async () => {
    const { rows, result } = await rowsTouchedBy({ subject: { kind: 'patient', id: 'p7' } });
    expect(result?.entries).toHaveLength(PAGE);
    expect(rows).toBeLessThan(2_000);
    const doctor = await rowsTouchedBy({ subject: { kind: 'doctor', id: 'd7' } });
    expect(doctor.result?.entries).toHaveLength(PAGE);
    expect(doctor.rows).toBeLessThan(100);
  });

  test.each([
    ['the latest', {}],
    [
      'a minute in the middle',
      { from: NOON + (EVENTS / 2) * STEP_MS, to: NOON + (EVENTS / 2) * STEP_MS + MINUTE_MS },
    ],
    ['up to a moment in the middle', { to: NOON + (EVENTS / 2) * STEP_MS }],
    ['from a moment on', { from: NOON + 1_000 * STEP_MS }],
  ])('a time span costs a part of the log, not all of it: %s', async (_name, filter) => {
    const first = await rowsTouchedBy(filter);
    expect(first.result?.entries).toHaveLength(PAGE);
    expect(first.rows).toBeLessThan(12_000);
    const second = await rowsTouchedBy(filter, first.result?.next ?? null);
    expect(second.result?.entries).toHaveLength(PAGE);
    expect(second.rows).toBeLessThan(12_000);
  });
});
