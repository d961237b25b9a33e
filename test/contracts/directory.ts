import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ConsultationFilter } from '../../src/application/ports/directory.js';
import type { EventStore } from '../../src/application/ports/event-store.js';
import type { Versioned } from '../../src/application/ports/state-reader.js';
import type { DoctorEvent } from '../../src/domain/doctor/events.js';
import { DAY_MS } from '../../src/domain/instant.js';
import { ended, HARD_IDS, message, NOON, type OpenStorage, request, type Storage } from './storage.js';

const ALL: ConsultationFilter = { patientId: null, doctorId: null, status: null };
/** Ids whose order differs from one collation to another. */
const IDS = [...HARD_IDS, 'b', 'B', 'a-b', 'ab', 'a_b', 'Z-9', 'z-10', '10', '9'];

/** What `src/application/ports/directory.ts` says, for every adapter of it. */
export function describeDirectoryContract(name: string, open: OpenStorage): void {
  describe(`${name}: directory`, () => {
    let storage: Storage;
    // Each test has a storage of its own: a page shows everybody.
    beforeEach(async () => {
      storage = await open();
    });
    afterEach(() => storage.close());

    test('is empty where there is nothing', async () => {
      const { directory } = storage;
      expect(await directory.doctors(null, 10)).toEqual([]);
      expect(await directory.patients(null, 10)).toEqual([]);
      expect(await directory.consultations(ALL, null, 10)).toEqual([]);
      expect(await directory.doctors('somebody', 10)).toEqual([]);
    });

    test('tells of each doctor and patient what their state reader tells', async () => {
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

    test('tells of each consultation whose it is and how it stands', async () => {
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

    test.each([1, 2, 3, 7, 100])('meets everything once in pages of %i, in one order', async (limit) => {
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

    test('goes on behind an id that is not there', async () => {
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
  });
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
