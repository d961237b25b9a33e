import { beforeEach, describe, expect, test } from 'vitest';
import { MAX_AVAILABILITY_RANGE_MS } from '../../../src/application/administration/report-availability.js';
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from '../../../src/domain/instant.js';
import { ADMIN, ANYONE, daily, requester } from '../../support/clinic.js';
import { type MemoryApplication, openMemoryApplication } from '../../support/memory-application.js';

const PATIENT = requester('patient', 'patient-1');
const DOCTOR = requester('doctor', 'doctor-1');
const NINE_TO_FIVE = daily('09:00', '17:00');
const SOMEBODY = { name: ' Dr One ', timeZone: 'UTC', windows: NINE_TO_FIVE };

let clinic: MemoryApplication;
let now: Instant;

beforeEach(async () => {
  clinic = openMemoryApplication();
  now = clinic.time.clock.now();
  await clinic.application.administration.registerDoctor(ADMIN, { doctorId: 'doctor-1', ...SOMEBODY });
  await clinic.application.administration.registerPatient(ADMIN, { patientId: 'patient-1', name: 'Mx One' });
});

const keyed = (idempotencyKey: string) => ({ idempotencyKey, ifVersion: null });
const at = (ifVersion: number) => ({ idempotencyKey: null, ifVersion });
const types = (id = 'doctor-1') => clinic.log.stream(`doctor:${id}`).map(({ event }) => event.type);

describe('an admin', () => {
  test('registers doctors and patients, under ids of their own or made ones', async () => {
    const { application } = clinic;
    const made = await application.administration.registerDoctor(ADMIN, { doctorId: null, ...SOMEBODY });
    expect(made).toMatchObject({
      outcome: 'done',
      version: 1,
      value: { name: 'Dr One', schedule: { timeZone: 'UTC', windows: NINE_TO_FIVE, overrides: [] } },
    });
    const patient = await application.administration.registerPatient(ADMIN, {
      patientId: null,
      name: 'Mx Two',
    });
    expect(patient).toEqual({
      outcome: 'done',
      version: 1,
      value: { patientId: expect.stringMatching(/^[A-Za-z0-9_-]{1,64}$/), name: 'Mx Two' },
    });
    expect(
      await application.administration.registerDoctor(ADMIN, { doctorId: 'doctor-1', ...SOMEBODY }),
    ).toMatchObject({
      code: 'doctor.already_exists',
    });
    expect(
      await application.administration.registerPatient(ADMIN, { patientId: null, name: '' }),
    ).toMatchObject({
      code: 'request.invalid',
      field: 'name',
    });
  });

  test('changes a schedule piece by piece, each answer with the version', async () => {
    const { application } = clinic;
    const schedule = { timeZone: 'Asia/Tokyo', windows: [] };
    expect(await application.administration.setSchedule(ADMIN, 'doctor-1', schedule)).toMatchObject({
      version: 3,
      value: { doctorId: 'doctor-1', schedule },
    });
    const override = { date: '2026-12-25', windows: [{ startTime: '10:00', endTime: '12:00' }] };
    expect(await application.administration.setDateOverride(ADMIN, 'doctor-1', override)).toMatchObject({
      version: 4,
      value: { schedule: { overrides: [override] } },
    });
    const removed = await application.administration.removeDateOverride(ADMIN, 'doctor-1', '2026-12-25');
    expect(removed).toMatchObject({ version: 5, value: { schedule: { overrides: [] } } });
    // Nothing to change is no event.
    expect(await application.administration.removeDateOverride(ADMIN, 'doctor-1', '2026-12-25')).toEqual(
      removed,
    );
    expect(await application.administration.doctor(ADMIN, 'doctor-1')).toEqual(removed);
  });

  test('hears of a version that is no more, and of a doctor who is not there', async () => {
    const { application } = clinic;
    const schedule = { windows: [] };
    expect(await application.administration.setSchedule(ADMIN, 'doctor-1', schedule, at(7))).toMatchObject({
      code: 'precondition.failed',
    });
    expect(await application.administration.setSchedule(ADMIN, 'doctor-1', schedule, at(1))).toMatchObject({
      version: 2,
    });
    expect(await application.administration.setSchedule(ADMIN, 'nobody', schedule, at(1))).toMatchObject({
      code: 'doctor.not_found',
    });
    expect(await application.administration.setSchedule(ADMIN, 'nobody', schedule)).toMatchObject({
      code: 'doctor.not_found',
    });
  });
});

describe('a repeat under the same key', () => {
  test('registers one doctor and one patient, whose ids are made of the key', async () => {
    const { application } = clinic;
    const doctor = () =>
      application.administration.registerDoctor(ADMIN, { doctorId: null, ...SOMEBODY }, keyed('k'));
    const patient = (name: string) =>
      application.administration.registerPatient(ADMIN, { patientId: null, name }, keyed('k'));
    const [first, second] = [await doctor(), await doctor()];
    expect(first).toMatchObject({ outcome: 'done' });
    expect(second).toEqual(first);
    const one = await patient('Mx');
    expect(await patient(' Mx ')).toEqual(one);
    expect(await patient('Mz')).toMatchObject({ code: 'idempotency.conflict' });
    const other = { doctorId: null, ...SOMEBODY, timeZone: 'Asia/Tokyo' };
    expect(await application.administration.registerDoctor(ADMIN, other, keyed('k'))).toMatchObject({
      code: 'idempotency.conflict',
    });
  });

  test('says the same in whatever order it names it', async () => {
    const { application } = clinic;
    const windows = [{ dayOfWeek: 1 as const, startTime: '08:00', endTime: '09:00' }];
    const sameWindows = [{ endTime: '09:00', startTime: '08:00', dayOfWeek: 1 as const }];
    const first = await application.administration.setSchedule(ADMIN, 'doctor-1', { windows }, keyed('k'));
    await application.administration.setSchedule(ADMIN, 'doctor-1', { windows: NINE_TO_FIVE });
    expect(
      await application.administration.setSchedule(ADMIN, 'doctor-1', { windows: sameWindows }, keyed('k')),
    ).toMatchObject({ outcome: 'done', version: 3 });
    expect(first).toMatchObject({ version: 2 });
  });

  test('does not undo what somebody else has set since', async () => {
    const { application } = clinic;
    const mine = { timeZone: 'Asia/Tokyo', windows: [] };
    const set = () => application.administration.setSchedule(ADMIN, 'doctor-1', mine, keyed('k'));
    await set();
    const theirs = await application.administration.setSchedule(ADMIN, 'doctor-1', { timeZone: 'UTC' });
    expect(await set()).toEqual(theirs);
    const holiday = { date: '2026-12-25', windows: [] };
    await application.administration.setDateOverride(ADMIN, 'doctor-1', holiday, keyed('h'));
    await application.administration.removeDateOverride(ADMIN, 'doctor-1', '2026-12-25', keyed('r'));
    const before = types();
    await application.administration.setDateOverride(ADMIN, 'doctor-1', holiday, keyed('h'));
    await application.administration.removeDateOverride(ADMIN, 'doctor-1', '2026-12-25', keyed('r'));
    expect(types()).toEqual(before);
  });

  test.each([
    ['the same', { timeZone: 'Asia/Tokyo', windows: [] }, 'done'],
    ['a part of it', { timeZone: 'Asia/Tokyo' }, 'done'],
    ['other windows', { timeZone: 'Asia/Tokyo', windows: daily('03:00', '04:00') }, 'refused'],
    ['another zone', { timeZone: 'Europe/Vienna', windows: [] }, 'refused'],
    ['the windows of before', { timeZone: 'Asia/Tokyo', windows: NINE_TO_FIVE }, 'refused'],
    ['the zone of before', { timeZone: 'UTC', windows: [] }, 'refused'],
    ['its second half', { windows: [] }, 'refused'],
  ])('of zone and windows that asks for %s', async (_, other, expected) => {
    const { application } = clinic;
    const mine = { timeZone: 'Asia/Tokyo', windows: [] };
    await application.administration.setSchedule(ADMIN, 'doctor-1', mine, keyed('k'));
    // So that the repeat would change something.
    const theirs = { timeZone: 'America/Lima', windows: daily('01:00', '02:00') };
    const standing = await application.administration.setSchedule(ADMIN, 'doctor-1', theirs);
    const answer = await application.administration.setSchedule(ADMIN, 'doctor-1', other, keyed('k'));
    const conflict = { outcome: 'refused', code: 'idempotency.conflict' };
    expect(answer).toEqual(expected === 'done' ? standing : conflict);
  });

  test('is not misled by what came right behind it', async () => {
    const { application } = clinic;
    const zone = () =>
      application.administration.setSchedule(ADMIN, 'doctor-1', { timeZone: 'Asia/Tokyo' }, keyed('k'));
    await zone();
    const standing = await application.administration.setSchedule(ADMIN, 'doctor-1', { windows: [] });
    expect(await zone()).toEqual(standing);
  });
});

describe('who may not', () => {
  test.each([PATIENT, DOCTOR, ANYONE])('manage: $caller', async (by) => {
    const { application } = clinic;
    const answers = await Promise.all([
      application.administration.registerDoctor(by, { doctorId: null, ...SOMEBODY }),
      application.administration.setSchedule(by, 'doctor-1', { windows: [] }),
      application.administration.setDateOverride(by, 'doctor-1', { date: '2026-12-25', windows: [] }),
      application.administration.removeDateOverride(by, 'doctor-1', '2026-12-25'),
      application.administration.registerPatient(by, { patientId: null, name: 'Mx' }),
      application.administration.patients(by, { after: null, limit: 10 }),
    ]);
    for (const answer of answers) expect(answer).toEqual({ outcome: 'refused', code: 'auth.forbidden' });
    expect(clinic.log.all()).toHaveLength(2);
  });

  test('see a patient: only admins and that patient do', async () => {
    const { application } = clinic;
    const found = { outcome: 'done', version: 1, value: { patientId: 'patient-1', name: 'Mx One' } };
    const notFound = { outcome: 'refused', code: 'patient.not_found' };
    expect(await application.administration.patient(ADMIN, 'patient-1')).toEqual(found);
    expect(await application.administration.patient(PATIENT, 'patient-1')).toEqual(found);
    const strangers = [DOCTOR, ANYONE, requester('patient', 'patient-2'), requester('doctor', 'patient-1')];
    for (const by of strangers)
      expect(await application.administration.patient(by, 'patient-1')).toEqual(notFound);
    expect(await application.administration.patient(ADMIN, 'nobody')).toEqual(notFound);
  });

  test('see doctors: only a caller whom nobody vouches for', async () => {
    const { application } = clinic;
    const page = { after: null, limit: 10 };
    for (const by of [ADMIN, PATIENT, DOCTOR]) {
      expect(await application.administration.doctor(by, 'doctor-1')).toMatchObject({ outcome: 'done' });
      expect(await application.administration.doctors(by, page)).toMatchObject({
        items: [{ version: 1 }],
        next: null,
      });
    }
    expect(await application.administration.doctor(ADMIN, 'nobody')).toMatchObject({
      code: 'doctor.not_found',
    });
    const range = { from: now, to: now + 1 };
    expect(await application.administration.doctor(ANYONE, 'doctor-1')).toMatchObject({
      code: 'auth.forbidden',
    });
    expect(await application.administration.doctors(ANYONE, page)).toMatchObject({ code: 'auth.forbidden' });
    expect(await application.administration.doctorAvailability(ANYONE, 'doctor-1', range)).toMatchObject({
      code: 'auth.forbidden',
    });
  });
});

describe('pages', () => {
  test('of doctors and patients go on where the one before ended', async () => {
    const { application } = clinic;
    for (const id of ['a', 'b', 'c']) {
      await application.administration.registerDoctor(ADMIN, { doctorId: id, ...SOMEBODY });
      await application.administration.registerPatient(ADMIN, { patientId: id, name: id });
    }
    expect(await application.administration.patients(ADMIN, { after: null, limit: 2 })).toMatchObject({
      items: [{ value: { patientId: 'a', name: 'a' }, version: 1 }, { value: { patientId: 'b' } }],
      next: 'b',
    });
    expect(await application.administration.doctors(PATIENT, { after: 'b', limit: 2 })).toMatchObject({
      items: [{ value: { doctorId: 'c' } }, { value: { doctorId: 'doctor-1' } }],
      next: null,
    });
    for (const limit of [0, 201]) {
      const invalid = { code: 'request.invalid', field: 'limit' };
      expect(await application.administration.doctors(ADMIN, { after: null, limit })).toMatchObject(invalid);
      expect(await application.administration.patients(ADMIN, { after: null, limit })).toMatchObject(invalid);
    }
  });

  test('end sooner where those on them are large', async () => {
    const { application } = clinic;
    const ids = Array.from({ length: 30 }, (_, index) => `${index}`.padStart(3, '0'));
    const windows = Array.from({ length: 50 }, (_, index) => {
      const minute = `09:${`${index}`.padStart(2, '0')}`;
      return { startTime: minute, endTime: minute };
    });
    for (const id of ids) {
      await application.administration.registerDoctor(ADMIN, { doctorId: id, ...SOMEBODY });
      for (const date of ['2026-12-24', '2026-12-25', '2026-12-26', '2026-12-27']) {
        const set = await application.administration.setDateOverride(ADMIN, id, { date, windows });
        expect(set.outcome).toBe('done');
      }
    }
    const page = async (after: string | null) => {
      const answer = await application.administration.doctors(ADMIN, { after, limit: 200 });
      if (answer.outcome === 'refused') throw new Error(answer.code);
      return { shown: answer.items.map(({ value }) => value.doctorId), next: answer.next };
    };
    const first = await page(null);
    expect(first.next).toBe(first.shown.at(-1));
    const second = await page(first.next);
    expect([...first.shown, ...second.shown]).toEqual([...ids, 'doctor-1']);
    expect(second.next).toBeNull();
  });
});

describe('availability', () => {
  const ask = (from: Instant, to: Instant, doctorId = 'doctor-1') =>
    clinic.application.administration.doctorAvailability(PATIENT, doctorId, { from, to });

  test('says how it stands now, and all open time of the range', async () => {
    const midnight = Date.parse('2026-03-02T00:00:00Z');
    const day = (days: number) => ({
      from: midnight + days * DAY_MS + 9 * HOUR_MS,
      to: midnight + days * DAY_MS + 17 * HOUR_MS + MINUTE_MS,
    });
    expect(await ask(midnight, midnight + 2 * DAY_MS)).toEqual({
      outcome: 'availability',
      timeZone: 'UTC',
      open: true,
      nextOpeningAt: day(1).from,
      nextClosingAt: day(0).to,
      intervals: [day(0), day(1)],
    });
    expect(await ask(now, now + HOUR_MS)).toMatchObject({ intervals: [{ from: now, to: now + HOUR_MS }] });
    await clinic.application.administration.setSchedule(ADMIN, 'doctor-1', { windows: [] });
    expect(await ask(midnight, midnight + DAY_MS)).toMatchObject({
      open: false,
      nextOpeningAt: null,
      nextClosingAt: null,
      intervals: [],
    });
  });

  test('is answered for a year and a day at most, of the years that a calendar has', async () => {
    const invalid = (field: string) => ({ code: 'request.invalid', field });
    expect(await ask(now, now + MAX_AVAILABILITY_RANGE_MS)).toMatchObject({ outcome: 'availability' });
    expect(await ask(now, now + MAX_AVAILABILITY_RANGE_MS + 1)).toMatchObject(invalid('to'));
    expect(await ask(now, now)).toMatchObject(invalid('to'));
    expect(await ask(Number.NaN, now)).toMatchObject(invalid('from'));
    expect(await ask(-1e15, -1e15 + 1)).toMatchObject(invalid('from'));
    expect(await ask(now, 1e15)).toMatchObject(invalid('to'));
    const last = Date.parse('9999-12-31T23:59:59.999Z');
    expect(await ask(last - DAY_MS, last)).toMatchObject({ outcome: 'availability' });
    const first = Date.parse('0000-01-01T00:00:00Z');
    expect(await ask(first, first + DAY_MS)).toMatchObject({ intervals: [{ from: first + 9 * HOUR_MS }] });
    expect(await ask(now, now + 1, 'nobody')).toMatchObject({ code: 'doctor.not_found' });
  });
});
