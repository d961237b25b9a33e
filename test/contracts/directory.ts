import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type ConsultationFilter,
  type Directory,
  placeOf,
  type SummaryOrder,
  type SummaryQuestion,
} from '../../src/application/ports/directory.js';
import type { EventStore } from '../../src/application/ports/event-store.js';
import type { ConsultationSummary } from '../../src/application/ports/notification.js';
import type { Versioned } from '../../src/application/ports/state-reader.js';
import type { ConsultationEvent, Sender } from '../../src/domain/consultation/events.js';
import type { DoctorEvent } from '../../src/domain/doctor/events.js';
import { DAY_MS } from '../../src/domain/instant.js';
import { sender } from '../support/command-arbitraries.js';
import { ended, fresh, HARD_IDS, message, NOON, type OpenStorage, request, type Storage } from './storage.js';

const ALL: ConsultationFilter = { patientId: null, doctorId: null, status: null };
/** Ids whose order differs from one collation to another. */
const IDS = [...HARD_IDS, 'b', 'B', 'a-b', 'ab', 'a_b', 'Z-9', 'z-10', '10', '9'];

/** What `src/application/ports/directory.ts` says, for every adapter of it. */
export function describeDirectoryContract(name: string, open: OpenStorage): void {
  describe(`${name}: directory`, () => {
    let storage: Storage;
    // Each test has a storage of its own, because a page shows everybody.
    beforeEach(async () => {
      storage = await open();
    });
    afterEach(() => storage.close());

    test('is empty if nothing is stored', async () => {
      const { directory } = storage;
      expect(await directory.doctors(null, 10)).toEqual([]);
      expect(await directory.patients(null, 10)).toEqual([]);
      expect(await directory.consultations(ALL, null, 10)).toEqual([]);
      expect(await directory.doctors('somebody', 10)).toEqual([]);
    });

    test('tells of each doctor and patient what the state reader tells', async () => {
      const { eventStore, directory, stateReader } = storage;
      for (const id of IDS) await register(eventStore, id);
      await eventStore.append(
        request<DoctorEvent>('doctor:a', 1, [
          { type: 'DoctorTimeZoneChanged', data: { doctorId: 'a', timeZone: 'Asia/Tokyo' } },
          { type: 'DateOverrideSet', data: { doctorId: 'a', date: '2026-12-25', windows: [] } },
          {
            type: 'WeeklyWindowsSet',
            data: {
              doctorId: 'a',
              windows: [
                { dayOfWeek: 6, startTime: '22:00', endTime: '02:00' },
                { dayOfWeek: 0, startTime: '09:00', endTime: '17:00' },
              ],
            },
          },
        ]),
      );
      const doctors = await directory.doctors(null, 100);
      expect(doctors).toHaveLength(IDS.length);
      for (const doctor of doctors) expect(doctor).toEqual(await stateReader.doctor(doctor.state.doctorId));
      expect(doctors.find(({ state }) => state.doctorId === 'a')).toMatchObject({ version: 4 });

      const patients = await directory.patients(null, 100);
      expect(patients).toHaveLength(IDS.length);
      for (const { state, version } of patients) {
        const known = await stateReader.patient(state.patientId);
        expect({ state: { status: 'registered', ...state }, version }).toEqual(known);
      }
    });

    test('tells of each consultation its people and its state', async () => {
      const { eventStore, directory } = storage;
      await register(eventStore, 'p-1');
      await register(eventStore, 'd-1');
      await openBetween(eventStore, 'c-1', 'p-1', 'd-1');
      await eventStore.append(
        request('consultation:c-1', 1, [
          message('c-1', 1),
          message('c-1', 2),
          { type: 'MessagesRead', data: { consultationId: 'c-1', reader: 'doctor', seq: 2 } },
        ]),
      );
      expect(await directory.consultations(ALL, null, 10)).toEqual([
        {
          state: {
            consultationId: 'c-1',
            status: 'open',
            expiresAt: NOON + DAY_MS,
            readSeq: { user: 0, doctor: 2 },
            patient: { id: 'p-1', name: 'Mx p-1' },
            doctor: { id: 'd-1', name: 'Dr d-1' },
          },
          version: 4,
        },
      ]);
    });

    test.each([1, 2, 3, 7, 100])('shows everything once in pages of %i, in one order', async (limit) => {
      const { eventStore, directory } = storage;
      for (const id of IDS) await register(eventStore, id);
      for (const id of IDS) await openBetween(eventStore, id, 'a', 'A');
      const doctors = await inPages(limit, directory.doctors, ({ doctorId }) => doctorId);
      const patients = await inPages(limit, directory.patients, ({ patientId }) => patientId);
      const consultations = await inPages(
        limit,
        (after, most) => directory.consultations(ALL, after, most),
        ({ consultationId }) => consultationId,
      );
      expect([...doctors].sort()).toEqual([...IDS].sort());
      expect(patients).toEqual(doctors);
      expect(consultations).toEqual(doctors);
    });

    test('goes on after an id that does not exist', async () => {
      const { eventStore, directory } = storage;
      for (const id of ['p-1', 'p-3']) await register(eventStore, id);
      expect(await directory.patients('p-2', 10)).toMatchObject([{ state: { patientId: 'p-3' } }]);
      expect(await directory.doctors('p-3', 10)).toEqual([]);
    });

    test('filters consultations by every condition that is given', async () => {
      const { eventStore, directory } = storage;
      for (const id of ['p-1', 'p-2', 'd-1', 'd-2']) await register(eventStore, id);
      await openBetween(eventStore, 'c-1', 'p-1', 'd-1');
      await openBetween(eventStore, 'c-2', 'p-1', 'd-2');
      await openBetween(eventStore, 'c-3', 'p-2', 'd-1');
      await openBetween(eventStore, 'c-4', 'p-1', 'd-1');
      await eventStore.append(request('consultation:c-4', 1, [ended('c-4')]));
      const find = async (filter: Partial<ConsultationFilter>, after: string | null = null) =>
        (await directory.consultations({ ...ALL, ...filter }, after, 10)).map(
          ({ state }) => state.consultationId,
        );
      expect(await find({})).toEqual(['c-1', 'c-2', 'c-3', 'c-4']);
      expect(await find({ patientId: 'p-1' })).toEqual(['c-1', 'c-2', 'c-4']);
      expect(await find({ patientId: 'p-1' }, 'c-1')).toEqual(['c-2', 'c-4']);
      expect(await find({ doctorId: 'd-1' })).toEqual(['c-1', 'c-3', 'c-4']);
      expect(await find({ status: 'open' })).toEqual(['c-1', 'c-2', 'c-3']);
      expect(await find({ status: 'expired' })).toEqual([]);
      expect(await find({ patientId: 'p-1', doctorId: 'd-1' })).toEqual(['c-1', 'c-4']);
      expect(await find({ patientId: 'p-1', doctorId: 'd-1', status: 'ended' })).toEqual(['c-4']);
      expect(await find({ patientId: 'p-1', doctorId: 'd-1', status: 'ended' }, 'c-4')).toEqual([]);
      expect(await find({ patientId: "p-1' OR '1'='1" })).toEqual([]);
    });
    test('sums up what was said and read, however it was stored', async () => {
      const { eventStore, otherEventStore, directory } = storage;
      for (const id of ['patient-1', 'doctor-1']) await register(eventStore, id);
      const step = fc.record({ isRead: fc.boolean(), by: sender, at: fc.nat(5_000_000), back: fc.nat(3) });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 14 }), fc.nat(4), async (steps, pieces) => {
          const id = fresh('summed');
          const { events, expected } = conversationOf(id, steps);
          for (let from = 0, n = 0; from < events.length; n += 1) {
            const piece = events.slice(from, from + 1 + ((n + pieces) % 4));
            const [first, ...more] = piece;
            if (first === undefined) throw new Error('a piece has events');
            const store = n % 2 === 0 ? eventStore : otherEventStore;
            const occurredAt = NOON + n * 1_000_000;
            const streamId = `consultation:${id}` as const;
            const stored = await store.append(request(streamId, from, [first, ...more], { occurredAt }));
            expect(stored.outcome).toBe('appended');
            expected.storedAt(piece, occurredAt);
            from += piece.length;
          }
          const [found] = await directory.summariesOf([id]);
          expect(found?.state).toMatchObject(expected.summary());
          expect(found?.version).toBe(events.length);
        }),
        { numRuns: 25 },
      );
    });

    test('puts those who wait first, and orders the others by their last message, page by page', async () => {
      const { eventStore, directory } = storage;
      await tellStory(eventStore);
      const read = readerOf(directory);
      const ids = (summaries: readonly ConsultationSummary[]) => summaries.map((each) => each.consultationId);
      for (const limit of [1, 2, 3, 100]) {
        const waiting = await read('waiting', limit);
        expect(ids(waiting)).toEqual(['c-3', 'c-7', 'c-1', 'c-6', 'c-2', 'c-5', 'c-4']);
        expect(waiting.map(({ ahead }) => ahead)).toEqual([0, 0, 2, null, null, null, null]);
        const activity = ['c-6', 'c-1', 'c-7', 'c-3', 'c-2', 'c-5', 'c-4'];
        expect(ids(await read('activity', limit))).toEqual(activity);
        expect(ids(await read('id', limit))).toEqual(Object.keys(STORY));
        const ofPatient = { filter: { ...ALL, patientId: 'p-1', status: 'open' } } as const;
        expect(ids(await read('waiting', limit, ofPatient))).toEqual(
          ids(waiting).filter((id) => id !== 'c-5'),
        );
        expect(ids(await read('activity', limit, { unreadBy: 'user' }))).toEqual(['c-6', 'c-2']);
        expect(ids(await read('id', limit, { unreadBy: 'doctor' }))).toEqual(
          Object.keys(STORY).filter((id) => id !== 'c-4'),
        );
      }
      await eventStore.append(
        request('consultation:c-5', 3, [
          { type: 'ConsultationReopened', data: { consultationId: 'c-5', expiresAt: NOON + DAY_MS } },
        ]),
      );
      expect(ids(await read('waiting', 2))[0]).toBe('c-5');
      expect(await directory.summariesOf(['nowhere', 'c-4', 'c-4'])).toMatchObject([
        { state: { consultationId: 'c-4', headSeq: 0, lastMessageAt: null, lastSender: null, ahead: null } },
      ]);
      expect(await directory.summariesOf([])).toEqual([]);
    });
  });
}

// When the patient wrote, when the doctor answered, and when it ended.
const STORY: Readonly<Record<string, readonly (number | null)[]>> = {
  'c-1': [50],
  'c-2': [10, 20],
  'c-3': [30],
  'c-4': [],
  'c-5': [5, null, 60],
  'c-6': [200, 300],
  'c-7': [30],
};

async function tellStory(eventStore: EventStore): Promise<void> {
  for (const id of ['p-1', 'p-2', 'd-1', 'd-2']) await register(eventStore, id);
  const minutes = (count: number) => NOON + count * 60_000;
  for (const [id, [asked, answered, over]] of Object.entries(STORY)) {
    await openBetween(eventStore, id, 'p-1', 'd-1');
    const events = [said(id, 1, 'user'), said(id, 2, 'doctor'), ended(id)];
    let version = 1;
    for (const [index, at = null] of [asked, answered, over].entries()) {
      const [event] = events.slice(index);
      if (at === null || event === undefined) continue;
      const told = request(`consultation:${id}`, version, [event], { occurredAt: minutes(at) });
      await eventStore.append(told);
      version += 1;
    }
  }
  await openBetween(eventStore, 'c-other', 'p-2', 'd-2');
}

/** Reads summaries in an order, page by page; by default those of the first doctor. */
function readerOf(directory: Directory) {
  const own = { ...ALL, doctorId: 'd-1' };
  return async (order: SummaryOrder, limit: number, more: Partial<SummaryQuestion> = {}) => {
    const found: ConsultationSummary[] = [];
    for (let after: SummaryQuestion['after'] = null; ; ) {
      const question: SummaryQuestion = { filter: own, order, unreadBy: null, after, ...more };
      const page = await directory.summaries({ ...question, after }, limit);
      found.push(...page.map(({ state }) => state));
      const last = page.at(-1);
      if (last === undefined) return found;
      after = placeOf(order, last.state);
    }
  };
}

function said(id: string, seq: number, sender: Sender): ConsultationEvent {
  const data = { consultationId: id, messageId: fresh('message'), seq, sender, content: 'x' };
  return { type: 'MessageSent', data: { ...data, clientMessageId: null } };
}

/** A consultation with what was said and read in it, and what inboxes have to show of that. */
function conversationOf(id: string, steps: readonly { isRead: boolean; by: Sender; back: number }[]) {
  const data = { consultationId: id, patientId: 'patient-1', doctorId: 'doctor-1', expiresAt: NOON + DAY_MS };
  const events: ConsultationEvent[] = [{ type: 'ConsultationOpened', data }];
  const readSeq = { user: 0, doctor: 0 };
  const speakers: Sender[] = [];
  const times: number[] = [];
  for (const { isRead, by, back } of steps) {
    const seq = speakers.length - back;
    if (!isRead) events.push(said(id, speakers.push(by), by));
    else if (seq > readSeq[by]) {
      readSeq[by] = seq;
      events.push({ type: 'MessagesRead', data: { consultationId: id, reader: by, seq } });
    }
  }
  const unread = (reader: Sender) =>
    speakers.filter((speaker, index) => speaker !== reader && index + 1 > readSeq[reader]).length;
  const summary = () => ({
    status: 'open',
    readSeq,
    openedAt: NOON,
    headSeq: speakers.length,
    unread: { user: unread('user'), doctor: unread('doctor') },
    lastSender: speakers.at(-1) ?? null,
    lastMessageAt: times.at(-1) ?? null,
    waitingSince: times[speakers.lastIndexOf('doctor') + 1] ?? null,
  });
  const storedAt = (piece: readonly ConsultationEvent[], at: number) => {
    for (const { type } of piece) if (type === 'MessageSent') times.push(at);
  };
  return { events, expected: { summary, storedAt } };
}

async function register(eventStore: EventStore, id: string): Promise<void> {
  const data = { doctorId: id, name: `Dr ${id}`, timeZone: 'Europe/Vienna', windows: [] };
  await eventStore.append(request(`doctor:${id}`, 0, [{ type: 'DoctorRegistered', data }]));
  const patient = { patientId: id, name: `Mx ${id}` };
  await eventStore.append(request(`patient:${id}`, 0, [{ type: 'PatientRegistered', data: patient }]));
}

async function openBetween(
  eventStore: EventStore,
  id: string,
  patientId: string,
  doctorId: string,
): Promise<void> {
  const data = { consultationId: id, patientId, doctorId, expiresAt: NOON + DAY_MS };
  await eventStore.append(request(`consultation:${id}`, 0, [{ type: 'ConsultationOpened', data }]));
}

/** The ids of everything, page by page. */
async function inPages<State>(
  limit: number,
  read: (after: string | null, limit: number) => Promise<readonly Versioned<State>[]>,
  idOf: (state: State) => string,
): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const page = await read(ids.at(-1) ?? null, limit);
    expect(page.length).toBeLessThanOrEqual(limit);
    if (page.length === 0) return ids;
    ids.push(...page.map(({ state }) => idOf(state)));
  }
}
