import { beforeEach, describe, expect, test } from 'vitest';
import { DAY_MS } from '../../../src/domain/instant.js';
import { ADMIN, openConsultation, requester } from '../../support/clinic.js';
import { type MemoryApplication, openMemoryApplication } from '../../support/memory-application.js';

let chat: MemoryApplication;

beforeEach(async () => {
  chat = openMemoryApplication();
  const expiresAt = chat.time.clock.now() + DAY_MS;
  await openConsultation(chat.application, { expiresAt });
  await openConsultation(chat.application, {
    consultationId: 'consultation-2',
    patientId: 'patient-2',
    doctorId: 'doctor-2',
    expiresAt,
  });
});

const admin = () => chat.application.administration;
const NEW_DOCTOR = { doctorId: 'doctor-1', name: 'Dr Eva', timeZone: 'UTC' };
const NEW_PATIENT = { patientId: 'patient-1', name: 'Mx Eva' };
const doctorEvents = (id = 'doctor-1') =>
  chat.log.stream(`doctor:${id}`).map(({ event, actor }) => [event.type, actor.id]);
const patientEvents = (id = 'patient-1') =>
  chat.log.stream(`patient:${id}`).map(({ event, actor }) => [event.type, actor.id]);
const keyed = (idempotencyKey: string) => ({ idempotencyKey, ifVersion: null });

async function join(name: string, consultationId: string) {
  const session = chat.connect(name);
  await session.join({ consultationId, sender: 'user', after: null });
  chat.broadcaster.take(name);
  return session;
}

/** What was heard of consultations, as who they are between. */
function heard(name: string): readonly string[] {
  return chat.broadcaster
    .take(name)
    .flatMap((notification) =>
      notification.type === 'consultation_updated'
        ? [`${notification.consultation.patient.name} with ${notification.consultation.doctor.name}`]
        : [],
    );
}

describe('a put', () => {
  test('registers who is not there, and says so', async () => {
    expect(await admin().putDoctor(ADMIN, { ...NEW_DOCTOR, doctorId: 'doctor-9' })).toMatchObject({
      outcome: 'done',
      version: 1,
      isNew: true,
      value: { doctorId: 'doctor-9', schedule: { windows: [] } },
    });
    expect(await admin().putPatient(ADMIN, { ...NEW_PATIENT, patientId: 'patient-9' })).toMatchObject({
      outcome: 'done',
      version: 1,
      isNew: true,
    });
  });

  test('is an event, in the name of who gave it, the first time only', async () => {
    for (const _ of [1, 2]) {
      expect(await admin().putDoctor(ADMIN, NEW_DOCTOR)).toMatchObject({ version: 2, isNew: false });
      expect(await admin().putPatient(ADMIN, NEW_PATIENT)).toMatchObject({ version: 2, isNew: false });
    }
    expect(doctorEvents().at(-1)).toEqual(['DoctorRenamed', 'admin-1']);
    expect(patientEvents().at(-1)).toEqual(['PatientRenamed', 'admin-1']);
    expect([doctorEvents().length, patientEvents().length]).toEqual([2, 2]);
  });

  test('is done where there is somebody, or where there is nobody, if that is asked for', async () => {
    const at = (ifVersion: 'existing' | readonly number[]) => ({ idempotencyKey: null, ifVersion });
    const nobody = { ...NEW_DOCTOR, doctorId: 'doctor-9' };
    const outcomeOf = (answer: { readonly outcome: string; readonly code?: string }) =>
      answer.code ?? answer.outcome;
    expect(outcomeOf(await admin().putDoctor(ADMIN, nobody, at('existing')))).toBe('precondition.failed');
    expect(outcomeOf(await admin().putDoctor(ADMIN, nobody, at([0])))).toBe('done');
    expect(outcomeOf(await admin().putPatient(ADMIN, NEW_PATIENT, at([0])))).toBe('precondition.failed');
    expect(outcomeOf(await admin().putPatient(ADMIN, NEW_PATIENT, at([7, 8])))).toBe('precondition.failed');
    expect(outcomeOf(await admin().putPatient(ADMIN, NEW_PATIENT, at([])))).toBe('precondition.failed');
    expect(outcomeOf(await admin().putPatient(ADMIN, NEW_PATIENT, at([7, 1])))).toBe('done');
    expect(outcomeOf(await admin().putPatient(ADMIN, NEW_PATIENT, at('existing')))).toBe('done');
  });

  test('is done once under a key, and refused for something else under it', async () => {
    const both = { ...NEW_DOCTOR, timeZone: 'Asia/Tokyo' };
    await admin().putDoctor(ADMIN, both, keyed('k'));
    await admin().putPatient(ADMIN, NEW_PATIENT, keyed('k'));
    const theirs = await admin().putDoctor(ADMIN, { ...NEW_DOCTOR, name: 'Dr Noor' });
    const renamed = await admin().putPatient(ADMIN, { ...NEW_PATIENT, name: 'Mx Noor' });
    expect(await admin().putDoctor(ADMIN, both, keyed('k'))).toEqual(theirs);
    expect(await admin().putPatient(ADMIN, NEW_PATIENT, keyed('k'))).toEqual(renamed);
    const conflict = { outcome: 'refused', code: 'idempotency.conflict' };
    expect(await admin().putDoctor(ADMIN, NEW_DOCTOR, keyed('k'))).toEqual(conflict);
    expect(await admin().putPatient(ADMIN, { ...NEW_PATIENT, name: 'Mx X' }, keyed('k'))).toEqual(conflict);
    expect(await admin().registerPatient(ADMIN, NEW_PATIENT, keyed('k'))).toEqual(conflict);
  });

  test.each(['patient', 'doctor'] as const)('is not for a %s', async (role) => {
    const by = requester(role, `${role}-1`);
    const forbidden = { outcome: 'refused', code: 'auth.forbidden' };
    expect(await admin().putDoctor(by, NEW_DOCTOR)).toEqual(forbidden);
    expect(await admin().putPatient(by, NEW_PATIENT)).toEqual(forbidden);
  });
});

describe('a new name', () => {
  test('is heard in the open consultations of who has it, and by nobody else', async () => {
    await join('theirs', 'consultation-1');
    await join('others', 'consultation-2');
    await admin().putDoctor(ADMIN, NEW_DOCTOR);
    await admin().putPatient(ADMIN, NEW_PATIENT);
    await chat.application.jobs.stopAnnouncing();
    expect(heard('theirs').at(-1)).toBe('Mx Eva with Dr Eva');
    expect(heard('others')).toEqual([]);
  });

  test('is not heard in a consultation that has ended, however it is reached', async () => {
    await join('theirs', 'consultation-1');
    await admin().endConsultation(ADMIN, 'consultation-1');
    chat.broadcaster.take('theirs');
    await admin().putDoctor(ADMIN, NEW_DOCTOR);
    await admin().putPatient(ADMIN, NEW_PATIENT);
    await chat.application.jobs.stopAnnouncing();
    expect(heard('theirs')).toEqual([]);
  });

  test('is not heard where nothing was changed', async () => {
    await join('theirs', 'consultation-1');
    const doctor = { ...NEW_DOCTOR, name: 'Dr doctor-1' };
    await admin().putDoctor(ADMIN, doctor);
    await admin().putPatient(ADMIN, { ...NEW_PATIENT, name: 'Mx patient-1' });
    await chat.application.jobs.stopAnnouncing();
    expect(heard('theirs')).toEqual([]);
  });

  test('stands in every message after it, also of who has been there all the time', async () => {
    const session = await join('theirs', 'consultation-1');
    const say = (content: string) =>
      session.send({ consultationId: 'consultation-1', sender: 'user', content, clientMessageId: null });
    await say('before');
    await admin().putDoctor(ADMIN, NEW_DOCTOR);
    await admin().putPatient(ADMIN, NEW_PATIENT);
    await say('after');
    const names = chat.broadcaster
      .take('theirs')
      .flatMap((each) =>
        each.type === 'new_message' ? [[each.message.patient.name, each.message.doctor.name]] : [],
      );
    expect(names).toEqual([
      ['Mx patient-1', 'Dr doctor-1'],
      ['Mx Eva', 'Dr Eva'],
    ]);
  });

  test('reaches a patient’s consultations however many there are', async () => {
    const expiresAt = chat.time.clock.now() + DAY_MS;
    const ids = Array.from({ length: 600 }, (_, index) => `many-${index}`);
    for (const consultationId of ids) await openConsultation(chat.application, { consultationId, expiresAt });
    for (const consultationId of ids) await join(consultationId, consultationId);
    await admin().putPatient(ADMIN, NEW_PATIENT);
    await chat.application.jobs.stopAnnouncing();
    for (const name of ids) expect(heard(name)).toEqual(['Mx Eva with Dr doctor-1']);
  });

  test('that cannot be told is logged, and stands', async () => {
    const faulty = openMemoryApplication({
      decorate: ({ directory }) => ({
        directory: { ...directory, consultations: () => Promise.reject(new Error('out of reach')) },
      }),
    });
    await openConsultation(faulty.application, { expiresAt: faulty.time.clock.now() + DAY_MS });
    const answer = await faulty.application.administration.putPatient(ADMIN, NEW_PATIENT);
    expect(answer).toMatchObject({ outcome: 'done', value: { name: 'Mx Eva' } });
    await faulty.application.jobs.stopAnnouncing();
    expect(faulty.logger.entries).toContainEqual(
      expect.objectContaining({ event: 'renaming.failed', fields: { patientId: 'patient-1' } }),
    );
  });
});

test('a zone that closes the schedule is told as a change of the schedule is', async () => {
  const expiresAt = chat.time.clock.now() + DAY_MS;
  // Monday, ten in the morning; it is nine in the evening there.
  const windows = [{ dayOfWeek: 1, startTime: '09:00', endTime: '17:00' }] as const;
  await openConsultation(chat.application, {
    consultationId: 'c-9',
    doctorId: 'doctor-9',
    windows,
    expiresAt,
  });
  await join('theirs', 'c-9');
  await admin().putDoctor(ADMIN, { doctorId: 'doctor-9', name: 'Dr doctor-9', timeZone: 'Pacific/Noumea' });
  await chat.application.jobs.stopAnnouncing();
  expect(chat.broadcaster.take('theirs').map(({ type }) => type)).toContain('doctor_away');
});
