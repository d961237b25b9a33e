import type { RegisteredDoctor } from '../../domain/doctor/doctor.js';
import { DAY_MS, type Instant } from '../../domain/instant.js';
import type { Interval } from '../../domain/schedule/compiled-schedule.js';
import type { DailyWindow } from '../../domain/schedule/date-override.js';
import type { WeeklyWindow } from '../../domain/schedule/weekly-window.js';
import {
  type Answer,
  type CommandOptions,
  NO_OPTIONS,
  type PageOf,
  type PageRequest,
} from '../answers/answer.js';
import { type Refusal, refuse } from '../answers/refusal.js';
import type { DoctorAvailability } from '../lookup/doctor-availability.js';
import { type RecordRead, recordAll } from '../lookup/record-read.js';
import type { Requester } from '../lookup/requester.js';
import type { Reader } from '../ports/access-log.js';
import type { Clock } from '../ports/clock.js';
import type { Directory, RegisteredPatient } from '../ports/directory.js';
import type { Actor } from '../ports/event-store.js';
import type { IdGenerator } from '../ports/id-generator.js';
import { idFor } from '../streams/command-once.js';
import type { DoctorHandler, PatientHandler } from '../streams/stream-handlers.js';
import type { ChangePeople } from './change-people.js';
import { readPage } from './page.js';

/** The longest stretch of time that one question about availability may span. */
export const MAX_AVAILABILITY_RANGE_MS = 366 * DAY_MS;
/** Years that have four digits. */
const MIN_INSTANT: Instant = Date.parse('0000-01-01T00:00:00.000Z');
const MAX_INSTANT: Instant = Date.parse('9999-12-31T23:59:59.999Z');

export interface RegisterDoctorRequest {
  /** null: one is made. With an idempotency key it comes from the key, so that a repeat meets the same doctor. */
  readonly doctorId: string | null;
  readonly name: string;
  readonly timeZone: string;
  readonly windows: readonly WeeklyWindow[];
}

export interface RegisterPatientRequest {
  /** As a doctor's. */
  readonly patientId: string | null;
  readonly name: string;
}

/** What is left out stays as it is. */
export interface SetScheduleRequest {
  readonly timeZone?: string;
  readonly windows?: readonly WeeklyWindow[];
}

export interface SetDateOverrideRequest {
  /** `YYYY-MM-DD` on the doctor's calendar. */
  readonly date: string;
  readonly windows: readonly DailyWindow[];
}

/** How it stands with a doctor now, and all open time of the range that was asked for. */
export interface AvailabilityReport {
  readonly outcome: 'availability';
  readonly timeZone: string;
  /** Now. */
  readonly open: boolean;
  /** After now; null when not within 366 days. */
  readonly nextOpeningAt: Instant | null;
  /** After now; null when not within 366 days. */
  readonly nextClosingAt: Instant | null;
  /** In order, cut to the range; `from` belongs to it, `to` does not. */
  readonly intervals: readonly Interval[];
}

/**
 * Doctors with their schedules, and patients. Changes and lists of patients are for admins; doctors and their
 * availability are there for every caller that somebody vouches for, a patient for admins and that patient alone. Who is
 * shown a patient stands in the access log before that; who reads of doctors, which everybody may, does not.
 */
export interface ManagePeople {
  registerDoctor(
    by: Requester,
    request: RegisterDoctorRequest,
    options?: CommandOptions,
  ): Promise<Answer<RegisteredDoctor> | Refusal>;
  setSchedule(
    by: Requester,
    doctorId: string,
    request: SetScheduleRequest,
    options?: CommandOptions,
  ): Promise<Answer<RegisteredDoctor> | Refusal>;
  setDateOverride(
    by: Requester,
    doctorId: string,
    request: SetDateOverrideRequest,
    options?: CommandOptions,
  ): Promise<Answer<RegisteredDoctor> | Refusal>;
  removeDateOverride(
    by: Requester,
    doctorId: string,
    date: string,
    options?: CommandOptions,
  ): Promise<Answer<RegisteredDoctor> | Refusal>;
  registerPatient(
    by: Requester,
    request: RegisterPatientRequest,
    options?: CommandOptions,
  ): Promise<Answer<RegisteredPatient> | Refusal>;
  doctor(by: Requester, doctorId: string): Promise<Answer<RegisteredDoctor> | Refusal>;
  doctors(by: Requester, page: PageRequest): Promise<PageOf<RegisteredDoctor> | Refusal>;
  /** `from < to`, at most `MAX_AVAILABILITY_RANGE_MS` apart. */
  doctorAvailability(
    by: Requester,
    doctorId: string,
    range: { readonly from: Instant; readonly to: Instant },
  ): Promise<AvailabilityReport | Refusal>;
  patient(by: Requester, patientId: string): Promise<Answer<RegisteredPatient> | Refusal>;
  patients(by: Requester, page: PageRequest): Promise<PageOf<RegisteredPatient> | Refusal>;
}

export interface ManagePeopleDependencies {
  readonly people: ChangePeople;
  readonly doctors: DoctorHandler;
  readonly patients: PatientHandler;
  readonly directory: Directory;
  readonly recordRead: RecordRead;
  readonly availability: DoctorAvailability;
  readonly clock: Clock;
  readonly ids: IdGenerator;
}

export function createManagePeople(dependencies: ManagePeopleDependencies): ManagePeople {
  const { people, doctors, patients, directory, recordRead, availability, clock, ids } = dependencies;

  async function asAdmin<Outcome>(
    { caller }: Requester,
    act: (admin: Actor) => Promise<Outcome>,
  ): Promise<Outcome | Refusal> {
    return caller.role === 'admin' ? act({ kind: 'admin', id: caller.id }) : refuse('auth.forbidden');
  }

  async function findDoctor(doctorId: string): Promise<Answer<RegisteredDoctor> | Refusal> {
    const { state, version } = await doctors.versioned(doctorId);
    if (state.status === 'not_registered') return refuse('doctor.not_found');
    return { outcome: 'done', value: state, version };
  }

  async function findPatient(by: Requester, id: string): Promise<Answer<RegisteredPatient> | Refusal> {
    const { state, version } = await patients.versioned(id);
    if (state.status === 'not_registered') return refuse('patient.not_found');
    const { patientId, name } = state;
    const withheld = await recordRead(by, { action: 'read_patient', subject: patientOf(patientId) });
    return withheld ?? { outcome: 'done', value: { patientId, name }, version };
  }

  async function registerPatient(
    by: Requester,
    request: RegisterPatientRequest,
    admin: Actor,
    options: CommandOptions,
  ): Promise<Answer<RegisteredPatient> | Refusal> {
    const patientId = request.patientId ?? idFor(ids, 'patient', admin, options);
    const registered = await people.registerPatient({ ...request, patientId }, admin, options);
    if (registered.outcome === 'refused') return registered;
    const { isOnlyRead, ...answer } = registered;
    if (!isOnlyRead) return answer;
    return (await recordRead(by, { action: 'repeat_change', subject: patientOf(patientId) })) ?? answer;
  }

  async function listPatients(
    by: Requester,
    page: PageRequest,
  ): Promise<PageOf<RegisteredPatient> | Refusal> {
    const listed = await readPage(page, directory.patients, ({ patientId }) => patientId);
    if (listed.outcome === 'refused') return listed;
    const shown = listed.items.map(({ value }) => patientOf(value.patientId));
    // That there are none, or no more, is something to know as well.
    const subjects = shown.length === 0 ? [null] : shown;
    const readings = subjects.map((subject) => ({ action: 'list_patients', subject }) as const);
    return (await recordAll(recordRead, by, readings)) ?? listed;
  }

  return {
    registerDoctor: (by, request, options = NO_OPTIONS) =>
      asAdmin(by, (admin) => {
        const doctorId = request.doctorId ?? idFor(ids, 'doctor', admin, options);
        return people.registerDoctor({ ...request, doctorId }, admin, options);
      }),
    setSchedule: (by, doctorId, request, options) =>
      asAdmin(by, (admin) => people.setSchedule(doctorId, request, admin, options)),
    setDateOverride: (by, doctorId, request, options) =>
      asAdmin(by, (admin) => people.setDateOverride(doctorId, request, admin, options)),
    removeDateOverride: (by, doctorId, date, options) =>
      asAdmin(by, (admin) => people.removeDateOverride(doctorId, date, admin, options)),
    registerPatient: (by, request, options = NO_OPTIONS) =>
      asAdmin(by, (admin) => registerPatient(by, request, admin, options)),
    doctor: async ({ caller }, doctorId) =>
      caller.role === 'anyone' ? refuse('auth.forbidden') : findDoctor(doctorId),
    doctors: async ({ caller }, page) =>
      caller.role === 'anyone'
        ? refuse('auth.forbidden')
        : readPage(page, directory.doctors, ({ doctorId }) => doctorId),
    doctorAvailability: async ({ caller }, doctorId, range) => {
      if (caller.role === 'anyone') return refuse('auth.forbidden');
      const found = await findDoctor(doctorId);
      if (found.outcome === 'refused') return found;
      const invalid = checkRange(range);
      if (invalid !== null) return invalid;
      const schedule = availability(found.value);
      const now = clock.now();
      return {
        outcome: 'availability',
        timeZone: found.value.schedule.timeZone,
        open: schedule.isOpenAt(now),
        nextOpeningAt: schedule.nextOpeningAt(now),
        nextClosingAt: schedule.nextClosingAt(now),
        intervals: schedule.intervals(range.from, range.to),
      };
    },
    patient: async (by, patientId) => {
      const { caller } = by;
      const isTheirs = caller.role === 'patient' && caller.id === patientId;
      // Not even looked up for others: what takes no time tells nothing.
      return isTheirs || caller.role === 'admin' ? findPatient(by, patientId) : refuse('patient.not_found');
    },
    patients: (by, page) => asAdmin(by, () => listPatients(by, page)),
  };
}

function patientOf(id: string): Reader {
  return { kind: 'patient', id };
}

function checkRange({ from, to }: { readonly from: Instant; readonly to: Instant }): Refusal | null {
  if (!isOnCalendar(from)) return refuse('request.invalid', { field: 'from', reason: OFF_CALENDAR });
  if (!isOnCalendar(to)) return refuse('request.invalid', { field: 'to', reason: OFF_CALENDAR });
  if (to <= from) return refuse('request.invalid', { field: 'to', reason: 'must lie after from' });
  if (to - from <= MAX_AVAILABILITY_RANGE_MS) return null;
  return refuse('request.invalid', { field: 'to', reason: 'must lie at most 366 days after from' });
}

const OFF_CALENDAR = 'must be a whole millisecond of the years 0 through 9999';

function isOnCalendar(instant: Instant): boolean {
  return Number.isInteger(instant) && instant >= MIN_INSTANT && instant <= MAX_INSTANT;
}
