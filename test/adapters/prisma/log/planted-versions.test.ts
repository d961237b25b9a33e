import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  createEventCodec,
  eventCodec,
  type Shape,
  STORED_SHAPES,
} from '../../../../src/adapters/codec/event-codec.js';
import { createSilentLogger } from '../../../../src/adapters/memory/loggers.js';
import { type Database, openDatabase } from '../../../../src/adapters/prisma/connection/database.js';
import { rebuildReadModels } from '../../../../src/adapters/prisma/projections/rebuild.js';
import type { DomainEvent, RecordedEvent, StreamId } from '../../../../src/application/ports/event-store.js';
import { fresh, NOON, request } from '../../../contracts/storage.js';
import { openPrismaStorage, type PrismaStorage, queryRows } from '../prisma-storage.js';
import { readModelsOf } from '../read-models.js';

type EventType = DomainEvent['type'];
const EVERY_TYPE = Object.keys(STORED_SHAPES) as EventType[];

/** One of the test's own for each: they rewrite what nobody may. */
let storage: PrismaStorage;
/** As `npm run rebuild` opens it: nothing in it runs out of time. */
let patient: Database;

beforeEach(async () => {
  storage = await openPrismaStorage();
  patient = openDatabase({
    databaseUrl: storage.databaseUrl,
    logger: createSilentLogger(),
    statementTimeoutMs: 0,
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await patient.$disconnect();
  await storage.close();
});

describe('where an event has one more version than it has', () => {
  test.each(EVERY_TYPE)('of which the log holds both, all readers understand %s', async (type) => {
    const streams = await tellEverything();
    const live = await readModelsOf(storage.databaseUrl);
    const told = await readLog(streams);
    expect(told.map(({ event }) => event.type)).toContain(type);

    const newest = await plantNextVersion(type);
    expect(await readLog(streams)).toEqual(told);
    expect(await lookUpKeys(streams)).toEqual(told.filter(({ version }) => version === 1));
    await rebuildReadModels(patient);
    expect(await readModelsOf(storage.databaseUrl)).toEqual(live);

    const again = await tellEverything();
    const written = await readModelsOf(storage.databaseUrl);
    expect(written).not.toEqual(live);
    await rebuildReadModels(patient);
    expect(await readModelsOf(storage.databaseUrl)).toEqual(written);
    expect((await versionsOf(type, again)).every((version) => version === newest)).toBe(true);
  });
});

/** Some of each type. */
const HALF = `position <= (SELECT min(position) FROM events AS first WHERE first.type = $1)`;

/**
 * Wraps the data of today's newest version up, as no schema takes them: what reads them raw finds nothing there.
 *
 * @returns the version that comes after it.
 */
async function plantNextVersion(type: EventType): Promise<number> {
  const shapes = STORED_SHAPES as Readonly<Record<string, Shape<unknown>>>;
  const shape = shapes[type];
  if (shape === undefined) throw new Error('no shape');
  const unwrap = (data: unknown): unknown => (data as { before: unknown }).before;
  const upcasters = [...shape.upcasters, unwrap];
  const newest = upcasters.length + 1;
  await rewriteLog(
    `UPDATE events SET data = jsonb_build_object('before', data) WHERE type = $1 AND ${HALF}`,
    type,
  );
  await rewriteLog(`UPDATE events SET schema_version = ${newest} WHERE type = $1 AND NOT ${HALF}`, type);
  const planted = createEventCodec<DomainEvent>({ ...shapes, [type]: { ...shape, upcasters } });
  // Everybody who reads or writes the log does so by this codec, and by no other way.
  vi.spyOn(eventCodec, 'encode').mockImplementation(planted.encode);
  vi.spyOn(eventCodec, 'decode').mockImplementation(planted.decode);
  return newest;
}

/** Past the trigger that refuses it to everybody. */
async function rewriteLog(sql: string, type: EventType): Promise<void> {
  await queryRows(storage.databaseUrl, 'ALTER TABLE events DISABLE TRIGGER USER');
  await queryRows(storage.databaseUrl, sql, [type]);
}

async function readLog(streams: readonly StreamId[]): Promise<readonly RecordedEvent[]> {
  const byStream = await Promise.all(streams.map((id) => storage.eventStore.readStream(id, 0, 100)));
  const all: RecordedEvent[] = [];
  for (let after: string | null = null; ; ) {
    const page = await storage.eventStore.readAll(after, 100);
    all.push(...page.events.filter(({ streamId }) => streams.includes(streamId)));
    if (page.events.length === 0) break;
    after = page.next;
  }
  expect(all.toSorted(byPlace)).toEqual(byStream.flat().toSorted(byPlace));
  return byStream.flat().toSorted(byPlace);
}

function byPlace(a: RecordedEvent, b: RecordedEvent): number {
  return a.streamId === b.streamId ? a.version - b.version : a.streamId < b.streamId ? -1 : 1;
}

async function lookUpKeys(streams: readonly StreamId[]): Promise<readonly (RecordedEvent | null)[]> {
  const found = await Promise.all(
    streams.toSorted().map((id) => storage.eventStore.findByIdempotencyKey(id, `key of ${id}`)),
  );
  return found;
}

async function versionsOf(type: EventType, streams: readonly StreamId[]): Promise<readonly number[]> {
  const rows = await queryRows<{ schema_version: number }>(
    storage.databaseUrl,
    'SELECT schema_version FROM events WHERE type = $1 AND stream_id = ANY($2)',
    [type, streams],
  );
  return rows.map(({ schema_version }) => schema_version);
}

/** Every type of event, each with a consequence in a read model, at even and at odd places of the log. */
async function tellEverything(): Promise<readonly StreamId[]> {
  return (await Promise.all([tellOnce(), tellOnce()])).flat();
}

async function tellOnce(): Promise<readonly StreamId[]> {
  const patientId = fresh('patient');
  const doctorId = fresh('doctor');
  const consultationId = fresh('consultation');
  const expiresAt = (minutes: number) => NOON + minutes * 60_000;
  const said = (seq: number, sender: 'user' | 'doctor'): DomainEvent => ({
    type: 'MessageSent',
    data: {
      consultationId,
      messageId: fresh('message'),
      seq,
      sender,
      content: `text ${seq}`,
      clientMessageId: null,
    },
  });
  const windows = [{ dayOfWeek: 1 as const, startTime: '09:00', endTime: '17:00' }];
  const daily = [{ startTime: '10:00', endTime: '11:00' }];
  const stories: readonly (readonly [StreamId, readonly DomainEvent[]])[] = [
    [
      `patient:${patientId}`,
      [
        { type: 'PatientRegistered', data: { patientId, name: 'Mx Story' } },
        { type: 'PatientRenamed', data: { patientId, name: 'Mx Novel' } },
      ],
    ],
    [
      `doctor:${doctorId}`,
      [
        {
          type: 'DoctorRegistered',
          data: { doctorId, name: 'Dr Story', timeZone: 'Europe/Oslo', windows: [] },
        },
        { type: 'DoctorRenamed', data: { doctorId, name: 'Dr Novel' } },
        { type: 'WeeklyWindowsSet', data: { doctorId, windows } },
        { type: 'DoctorTimeZoneChanged', data: { doctorId, timeZone: 'Asia/Kathmandu' } },
        { type: 'DateOverrideSet', data: { doctorId, date: '2026-12-24', windows: daily } },
        { type: 'DateOverrideSet', data: { doctorId, date: '2026-12-25', windows: [] } },
        { type: 'DateOverrideRemoved', data: { doctorId, date: '2026-12-25' } },
      ],
    ],
    [
      `consultation:${consultationId}`,
      [
        {
          type: 'ConsultationOpened',
          data: { consultationId, patientId, doctorId, expiresAt: expiresAt(1) },
        },
        said(1, 'user'),
        said(2, 'doctor'),
        { type: 'MessagesRead', data: { consultationId, reader: 'user', seq: 2 } },
        { type: 'MessagesRead', data: { consultationId, reader: 'doctor', seq: 1 } },
        { type: 'ConsultationEnded', data: { consultationId } },
        { type: 'ConsultationReopened', data: { consultationId, expiresAt: expiresAt(2) } },
        { type: 'ConsultationExtended', data: { consultationId, expiresAt: expiresAt(3) } },
        { type: 'ConsultationExpired', data: { consultationId } },
      ],
    ],
  ];
  for (const [streamId, events] of stories) await store(streamId, events);
  return stories.map(([streamId]) => streamId);
}

/** Once more where the answer did not come in time: the key makes it once. */
async function store(streamId: StreamId, events: readonly DomainEvent[], tries = 5): Promise<void> {
  const append = request<DomainEvent>(streamId, 0, events as never, { idempotencyKey: `key of ${streamId}` });
  try {
    const { outcome } = await storage.eventStore.append(append);
    expect(['appended', 'duplicate']).toContain(outcome);
  } catch (error) {
    if (tries === 1) throw error;
    await store(streamId, events, tries - 1);
  }
}
