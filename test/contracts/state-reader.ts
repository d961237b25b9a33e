import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StreamId } from '../../src/application/ports/event-store.js';
import type { Versioned } from '../../src/application/ports/state-reader.js';
import * as consultation from '../../src/domain/consultation/consultation.js';
import type { ConsultationEvent } from '../../src/domain/consultation/events.js';
import * as doctor from '../../src/domain/doctor/doctor.js';
import type { DoctorEvent } from '../../src/domain/doctor/events.js';
import { DAY_MS } from '../../src/domain/instant.js';
import type { PatientEvent } from '../../src/domain/patient/patient.js';
import { consultationCommand, doctorCommand } from '../support/command-arbitraries.js';
import { appendInPieces, play } from './random-history.js';
import {
  extended,
  fresh,
  HARD_IDS,
  message,
  NOON,
  type OpenStorage,
  opened,
  openFresh,
  readWholeStream,
  registerPeople,
  request,
  type Storage,
} from './storage.js';

export interface StateReaderContractOptions {
  /** How many random histories of each kind are tried: fewer for a slow storage. */
  readonly numRuns?: number;
}

/** What `src/application/ports/state-reader.ts` says, for every adapter of it. */
export function describeStateReaderContract(
  name: string,
  open: OpenStorage,
  { numRuns = 100 }: StateReaderContractOptions = {},
): void {
  describe(`${name}: state reader`, () => {
    let storage: Storage;
    beforeAll(async () => {
      storage = await open();
      await registerPeople(storage.eventStore);
    });
    afterAll(() => storage.close());

    test('answers with the initial state at version 0 for what does not exist', async () => {
      const { stateReader } = storage;
      for (const id of ['nobody', ...HARD_IDS]) {
        expect(await stateReader.consultation(id)).toEqual({ state: { status: 'not_opened' }, version: 0 });
        expect(await stateReader.doctor(id)).toEqual({ state: { status: 'not_registered' }, version: 0 });
        expect(await stateReader.patient(id)).toEqual({ state: { status: 'not_registered' }, version: 0 });
      }
    });

    test('answers with the versions of streams in the order asked for, and 0 for those that do not exist', async () => {
      const { eventStore, stateReader } = storage;
      const [one, two] = [await openFresh(eventStore), await openFresh(eventStore)];
      await eventStore.append(request(`consultation:${two}`, 1, [message(two, 1), message(two, 2)]));
      const hard = HARD_IDS.map((id): StreamId => `doctor:${id}`);
      const asked: StreamId[] = [
        `consultation:${two}`,
        ...hard,
        `consultation:${one}`,
        `consultation:${two}`,
      ];
      expect(await stateReader.versions(asked)).toEqual([3, ...hard.map(() => 0), 1, 3]);
      expect(await stateReader.versions([])).toEqual([]);
    });

    test('sees an append as soon as it is answered', async () => {
      const { eventStore, stateReader } = storage;
      const id = fresh('consultation');
      const first = opened(id, NOON + 1);
      await eventStore.append(request(`consultation:${id}`, 0, [first]));
      const before = await stateReader.consultation(id);
      expectFold(before, [first], consultation.initialConsultation, consultation.evolve);
      expect(before).toMatchObject({ state: { status: 'open', expiresAt: NOON + 1, lastSeq: 0 } });

      const events = [message(id, 1), extended(id, NOON + DAY_MS), message(id, 2)] as const;
      await eventStore.append(request(`consultation:${id}`, 1, events));
      const after = await stateReader.consultation(id);
      expectFold(after, [first, ...events], consultation.initialConsultation, consultation.evolve);
      expect(after).toMatchObject({ state: { expiresAt: NOON + DAY_MS, lastSeq: 2 } });
    });

    test('sees what another process has appended', async () => {
      const { eventStore, otherEventStore, stateReader } = storage;
      const id = await openFresh(eventStore);
      await stateReader.consultation(id);
      await otherEventStore.append(request(`consultation:${id}`, 1, [message(id, 1)]));
      expect(await stateReader.consultation(id)).toMatchObject({ state: { lastSeq: 1 }, version: 2 });
    });

    test('stays the same when an append was not stored', async () => {
      const { eventStore, stateReader } = storage;
      const id = await openFresh(eventStore);
      await eventStore.append(
        request(`consultation:${id}`, 1, [message(id, 1)], { idempotencyKey: 'user:k' }),
      );
      const before = await stateReader.consultation(id);
      await eventStore.append(request(`consultation:${id}`, 1, [message(id, 2)]));
      await eventStore.append(
        request(`consultation:${id}`, 2, [message(id, 2)], { idempotencyKey: 'user:k' }),
      );
      expect(await stateReader.consultation(id)).toEqual(before);
    });

    test('reads a patient back', async () => {
      const { eventStore, stateReader } = storage;
      const patientId = fresh('patient');
      const name = '𝒜 O’Brien-שלום';
      await eventStore.append(
        request(`patient:${patientId}`, 0, [{ type: 'PatientRegistered', data: { patientId, name } }]),
      );
      expect(await stateReader.patient(patientId)).toEqual({
        state: { status: 'registered', patientId, name },
        version: 1,
      });
    });

    test('reads the new name of a patient and of a doctor', async () => {
      const { eventStore, stateReader } = storage;
      const patientId = fresh('patient');
      const doctorId = fresh('doctor');
      await eventStore.append(
        request<PatientEvent>(`patient:${patientId}`, 0, [
          { type: 'PatientRegistered', data: { patientId, name: 'Mx Before' } },
          { type: 'PatientRenamed', data: { patientId, name: 'Mx After' } },
        ]),
      );
      await eventStore.append(
        request<DoctorEvent>(`doctor:${doctorId}`, 0, [
          { type: 'DoctorRegistered', data: { doctorId, name: 'Dr Before', timeZone: 'UTC', windows: [] } },
          { type: 'DoctorRenamed', data: { doctorId, name: 'Dr After' } },
        ]),
      );
      expect(await stateReader.patient(patientId)).toMatchObject({ state: { name: 'Mx After' }, version: 2 });
      expect(await stateReader.doctor(doctorId)).toMatchObject({
        state: { name: 'Dr After', schedule: { timeZone: 'UTC' } },
        version: 2,
      });
    });

    test('reads all that a decision needs at once, and only for those who may reach it', async () => {
      const { eventStore, stateReader } = storage;
      const id = await openFresh(eventStore);
      await eventStore.append(request(`consultation:${id}`, 1, [message(id, 1)]));
      const context = {
        consultation: await stateReader.consultation(id),
        doctor: await stateReader.doctor('doctor-1'),
        patient: await stateReader.patient('patient-1'),
      };
      const owners = [
        null,
        { role: 'patient', id: 'patient-1' },
        { role: 'doctor', id: 'doctor-1' },
      ] as const;
      for (const owner of owners) expect(await stateReader.context(id, owner)).toEqual(context);
      // The same id in the other role is somebody else.
      const strangers = [
        { role: 'patient', id: 'doctor-1' },
        { role: 'doctor', id: 'patient-1' },
        { role: 'patient', id: 'patient-2' },
      ] as const;
      for (const owner of strangers) expect(await stateReader.context(id, owner)).toBeNull();
      for (const owner of owners) {
        for (const missing of ['nobody', ...HARD_IDS]) {
          expect(await stateReader.context(missing, owner)).toBeNull();
        }
      }
    });

    test('reads many contexts at the same time, each for whoever asks', async () => {
      const { eventStore, stateReader } = storage;
      const id = await openFresh(eventStore);
      const questions = Array.from({ length: 500 }, (_, index) =>
        index % 3 === 0 ? `missing-${index}` : id,
      );
      const owner = (index: number) =>
        ({ role: 'patient', id: index % 2 === 0 ? 'patient-1' : 'patient-2' }) as const;
      const answers = await Promise.all(
        questions.map((question, index) => stateReader.context(question, owner(index))),
      );
      expect(answers.map((answer) => answer !== null)).toEqual(
        questions.map((question, index) => question === id && index % 2 === 0),
      );
    });

    test('reads of a consultation the fold of its log, whatever has happened in it', async () => {
      const parties = { patientId: 'patient-1', doctorId: 'doctor-1' };
      const histories = fc.array(consultationCommand({ consultationId: 'placeholder', ...parties }), {
        maxLength: 30,
      });
      await fc.assert(
        fc.asyncProperty(histories, async (commands) => {
          const consultationId = fresh('consultation');
          const events = play(
            commands.map((command) =>
              command.type === 'OpenConsultation'
                ? { ...command, consultationId }
                : command.type === 'SendMessage'
                  ? { ...command, messageId: fresh('message') }
                  : command,
            ),
            consultation.initialConsultation,
            consultation.decide,
            consultation.evolve,
          );
          await appendInPieces(storage.eventStore, `consultation:${consultationId}`, events);
          const read = await storage.stateReader.consultation(consultationId);
          const log = await readWholeStream(storage.eventStore, `consultation:${consultationId}`);
          expect(log.map(({ event }) => event)).toEqual(events);
          expectFold(read, events, consultation.initialConsultation, consultation.evolve);
        }),
        { numRuns },
      );
    });

    test('reads of a doctor the fold of their log, whatever has happened to the schedule', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(doctorCommand('placeholder'), { maxLength: 20 }), async (commands) => {
          const doctorId = fresh('doctor');
          const events = play(
            commands.map((command) => ('doctorId' in command ? { ...command, doctorId } : command)),
            doctor.initialDoctor,
            doctor.decide,
            doctor.evolve,
          );
          await appendInPieces(storage.eventStore, `doctor:${doctorId}`, events);
          const read = await storage.stateReader.doctor(doctorId);
          expectFold(read, events, doctor.initialDoctor, doctor.evolve);
        }),
        { numRuns },
      );
    });
  });
}

function expectFold<State, Event extends ConsultationEvent | DoctorEvent>(
  read: Versioned<State>,
  events: readonly Event[],
  initial: State,
  evolve: (state: State, event: Event) => State,
): void {
  expect(read).toEqual({ state: events.reduce(evolve, initial), version: events.length });
}
