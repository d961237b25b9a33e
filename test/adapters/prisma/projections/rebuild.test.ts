import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSilentLogger } from '../../../../src/adapters/memory/loggers.js';
import { type Database, openDatabase } from '../../../../src/adapters/prisma/connection/database.js';
import { rebuildReadModels } from '../../../../src/adapters/prisma/projections/rebuild.js';
import type { DomainEvent, EventStore, StreamId } from '../../../../src/application/ports/event-store.js';
import type { MarkRead } from '../../../../src/domain/consultation/commands.js';
import * as consultation from '../../../../src/domain/consultation/consultation.js';
import * as doctor from '../../../../src/domain/doctor/doctor.js';
import { DAY_MS } from '../../../../src/domain/instant.js';
import { appendInPieces, play } from '../../../contracts/random-history.js';
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
import {
  consultationCommand,
  doctorCommand,
  nearbyInstant,
  sender,
} from '../../../support/command-arbitraries.js';
import { AWKWARD_SETTINGS, openPrismaStorage, type PrismaStorage, queryRows } from '../prisma-storage.js';
import { type Contents, readModelsOf } from '../read-models.js';

let storage: PrismaStorage;
/** As `npm run rebuild` opens it: nothing in it runs out of time. */
let patient: Database;

beforeEach(async () => {
  storage = await openPrismaStorage(AWKWARD_SETTINGS);
  patient = openDatabase({
    databaseUrl: storage.databaseUrl,
    logger: createSilentLogger(),
    statementTimeoutMs: 0,
  });
});
afterEach(async () => {
  await patient.$disconnect();
  await storage.close();
});

const readModels = (): Promise<Contents> => readModelsOf(storage.databaseUrl);

/** Replaces the rows of a table by ones with an id that nothing in the log has. */
async function leaveOnlyGhosts(table: string): Promise<void> {
  const [key] = await queryRows<{ column_name: string }>(
    storage.databaseUrl,
    `SELECT column_name FROM information_schema.key_column_usage
     WHERE table_name = $1 AND constraint_name = $1 || '_pkey' ORDER BY ordinal_position`,
    [table],
  );
  const ghosts = await queryRows(
    storage.databaseUrl,
    `UPDATE "${table}" SET "${key?.column_name}" = 'ghost-' || "${key?.column_name}" RETURNING 1`,
  );
  expect(ghosts).not.toEqual([]);
}

const markRead: fc.Arbitrary<MarkRead> = fc.record({
  type: fc.constant('MarkRead' as const),
  now: nearbyInstant,
  reader: sender,
  seq: fc.integer({ min: 1, max: 6 }),
});

describe('a rebuild', () => {
  test('of whatever happened makes the read models what they were, row by row', async () => {
    await registerPeople(storage.eventStore);
    const parties = { consultationId: 'c', patientId: 'patient-1', doctorId: 'doctor-1' };
    const command = fc.oneof(
      { weight: 4, arbitrary: consultationCommand(parties) },
      { weight: 1, arbitrary: markRead },
    );
    const consultations = fc.array(fc.array(command, { maxLength: 25 }), { minLength: 1, maxLength: 5 });
    const doctors = fc.array(fc.array(doctorCommand('d'), { maxLength: 15 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(consultations, doctors, async (onConsultations, onDoctors) => {
        const streams = [
          ...onConsultations.map((commands) => consultationStream(fresh('consultation'), commands)),
          ...onDoctors.map((commands) => doctorStream(fresh('doctor'), commands)),
        ];
        await Promise.all(
          streams.map(({ streamId, events }, index) =>
            appendInPieces(index % 2 === 0 ? storage.eventStore : storage.otherEventStore, streamId, events),
          ),
        );
        const live = await readModels();
        await rebuildReadModels(patient);
        expect(await readModels()).toEqual(live);
      }),
      { numRuns: 12 },
    );
  });

  test('brings back what was opened, said and read in one breath', async () => {
    await registerPeople(storage.eventStore);
    const id = fresh('consultation');
    const read = { type: 'MessagesRead', data: { consultationId: id, reader: 'doctor', seq: 2 } } as const;
    await appendInPieces(storage.eventStore, `consultation:${id}`, [
      opened(id),
      message(id, 1),
      message(id, 2),
      read,
    ]);
    expect(await storage.stateReader.consultation(id)).toMatchObject({
      state: { readSeq: { user: 0, doctor: 2 } },
    });
    const live = await readModels();
    await rebuildReadModels(patient);
    expect(await readModels()).toEqual(live);
  });

  test('brings back every table, whatever has been done to them', async () => {
    const id = await tellALongStory();
    const live = await readModels();
    // A read model that this story leaves empty would not be tested: tell it something.
    for (const [table, rows] of Object.entries(live)) expect([table, rows.length > 0]).toEqual([table, true]);
    expect(Object.keys(live)).toContain('messages');

    for (const table of Object.keys(live)) await leaveOnlyGhosts(table);
    const events = await rebuildReadModels(patient);
    expect(await readModels()).toEqual(live);
    const [logged] = await queryRows(storage.databaseUrl, 'SELECT count(*)::int AS n FROM events');
    expect(logged).toEqual({ n: events });
    expect(await storage.stateReader.consultation(id)).toMatchObject({ state: { status: 'open' } });
  });

  test('reads more events than a page holds', async () => {
    await registerPeople(storage.eventStore);
    const id = await openFresh(storage.eventStore);
    const SEVERAL_PAGES = 2_300;
    const texts = Array.from({ length: SEVERAL_PAGES }, (_, index) => message(id, index + 1));
    const [first = message(id, 1), ...others] = texts.slice(0, SEVERAL_PAGES / 2);
    const [next = message(id, 1), ...last] = texts.slice(SEVERAL_PAGES / 2);
    await storage.eventStore.append(
      request(`consultation:${id}`, 1, [first, ...others, extended(id, NOON + 5)]),
    );
    await storage.eventStore.append(
      request(`consultation:${id}`, SEVERAL_PAGES / 2 + 2, [next, ...last, ended(id)]),
    );
    const live = await readModels();
    expect(await rebuildReadModels(patient)).toBe(SEVERAL_PAGES + 5);
    expect(await readModels()).toEqual(live);
  });

  test('while others write and read loses nothing, and readers never see a gap', async () => {
    await registerPeople(storage.eventStore);
    const ids = Array.from({ length: 6 }, () => fresh('consultation'));
    let rebuilding = true;
    const writers = ids.map((id, index) =>
      converse(index % 2 === 0 ? storage.eventStore : storage.otherEventStore, id, () => rebuilding),
    );
    const readers = ids.map((id) => watch(id, () => rebuilding));
    const counts: number[] = [];
    for (let round = 0; round < 4; round += 1) counts.push(await rebuildReadModels(patient));
    rebuilding = false;
    await Promise.all([...writers, ...readers]);

    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    const live = await readModels();
    await rebuildReadModels(patient);
    expect(await readModels()).toEqual(live);
  });
});

type ConsultationCommands = Parameters<typeof consultation.decide>[0][];
type DoctorCommands = Parameters<typeof doctor.decide>[0][];
interface Stream {
  readonly streamId: StreamId;
  readonly events: readonly DomainEvent[];
}

function consultationStream(consultationId: string, commands: ConsultationCommands): Stream {
  const own = commands.map((command) =>
    command.type === 'OpenConsultation' ? { ...command, consultationId } : command,
  );
  const events = play(own, consultation.initialConsultation, consultation.decide, consultation.evolve);
  return { streamId: `consultation:${consultationId}`, events };
}

function doctorStream(doctorId: string, commands: DoctorCommands): Stream {
  const own = commands.map((command) => ('doctorId' in command ? { ...command, doctorId } : command));
  return {
    streamId: `doctor:${doctorId}`,
    events: play(own, doctor.initialDoctor, doctor.decide, doctor.evolve),
  };
}

/** A row for every read model. @returns the id of an open consultation. */
async function tellALongStory(): Promise<string> {
  await registerPeople(storage.eventStore);
  const doctorId = 'doctor-1';
  const windows = [{ dayOfWeek: 1 as const, startTime: '09:00', endTime: '17:00' }];
  await storage.eventStore.append(
    request<DomainEvent>('doctor:doctor-1', 1, [
      { type: 'WeeklyWindowsSet', data: { doctorId, windows } },
      { type: 'DoctorTimeZoneChanged', data: { doctorId, timeZone: 'Asia/Kathmandu' } },
      { type: 'DateOverrideSet', data: { doctorId, date: '2026-12-24', windows: [] } },
    ]),
  );
  const closed = await openFresh(storage.eventStore);
  await storage.eventStore.append(
    request(`consultation:${closed}`, 1, [message(closed, 1), message(closed, 2), ended(closed)]),
  );
  return openFresh(storage.eventStore);
}

/** Opens, talks, extends and ends until told to stop; everything must be stored, however long it has to wait. */
async function converse(store: EventStore, id: string, goOn: () => boolean): Promise<void> {
  let version = 0;
  let seq = 0;
  const append = async (event: Parameters<typeof request<DomainEvent>>[2][0]): Promise<void> => {
    const { outcome } = await store.append(request<DomainEvent>(`consultation:${id}`, version, [event]));
    expect(outcome).toBe('appended');
    version += 1;
  };
  await append(opened(id));
  while (goOn()) {
    seq += 1;
    await append(message(id, seq));
    if (seq % 5 === 0) await append(extended(id, NOON + DAY_MS + seq));
  }
  await append(ended(id));
}

/** Reads a consultation over and over: what it has once seen never goes away. */
async function watch(id: string, goOn: () => boolean): Promise<void> {
  let version = 0;
  while (goOn()) {
    const read = await storage.stateReader.consultation(id);
    expect(read.version).toBeGreaterThanOrEqual(version);
    version = read.version;
    if (read.state.status === 'not_opened') continue;
    const messages = await storage.history.after(id, 0, 1);
    expect(messages.length).toBeGreaterThanOrEqual(Math.min(1, read.state.lastSeq));
  }
}
