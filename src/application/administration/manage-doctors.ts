import type { RegisteredDoctor } from '../../domain/doctor/doctor.js';
import type { DailyWindow } from '../../domain/schedule/date-override.js';
import type { WeeklyWindow } from '../../domain/schedule/weekly-window.js';
import {
  type Answer,
  type CommandOptions,
  NO_OPTIONS,
  type PageOf,
  type PageRequest,
  type Put,
} from '../answers/answer.js';
import { type Refusal, refuse } from '../answers/refusal.js';
import type { Requester } from '../lookup/requester.js';
import type { Directory } from '../ports/directory.js';
import type { IdGenerator } from '../ports/id-generator.js';
import { idFor } from '../streams/command-once.js';
import type { DoctorHandler } from '../streams/stream-handlers.js';
import { asAdmin } from './as-admin.js';
import type { ChangeDoctor } from './change-doctor.js';
import { readPage } from './page.js';

export interface RegisterDoctorRequest {
  /**
   * null to have one made. With an idempotency key it is derived from the key, so that a repeat meets the same
   * doctor.
   */
  readonly doctorId: string | null;
  readonly name: string;
  readonly timeZone: string;
  readonly windows: readonly WeeklyWindow[];
}

export interface PutDoctorRequest {
  readonly doctorId: string;
  readonly name: string;
  readonly timeZone: string;
}

/** Fields that are left out stay as they are. */
export interface SetScheduleRequest {
  readonly timeZone?: string;
  readonly windows?: readonly WeeklyWindow[];
}

export interface SetDateOverrideRequest {
  /** `YYYY-MM-DD` on the doctor's calendar. */
  readonly date: string;
  readonly windows: readonly DailyWindow[];
}

/**
 * Doctors with their schedules. Administrators may change them; every signed-in caller may read them. Because
 * everybody may, the access log has no entries for reading them.
 */
export interface ManageDoctors {
  registerDoctor(
    by: Requester,
    request: RegisterDoctorRequest,
    options?: CommandOptions,
  ): Promise<Answer<RegisteredDoctor> | Refusal>;
  /** Registers the doctor, without windows, or changes the name and the time zone of a registered one. */
  putDoctor(
    by: Requester,
    request: PutDoctorRequest,
    options?: CommandOptions,
  ): Promise<Put<RegisteredDoctor> | Refusal>;
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
  doctor(by: Requester, doctorId: string): Promise<Answer<RegisteredDoctor> | Refusal>;
  doctors(by: Requester, page: PageRequest): Promise<PageOf<RegisteredDoctor> | Refusal>;
}

export interface ManageDoctorsDependencies {
  readonly changeDoctor: ChangeDoctor;
  readonly doctors: DoctorHandler;
  readonly directory: Directory;
  readonly ids: IdGenerator;
}

export function createManageDoctors(dependencies: ManageDoctorsDependencies): ManageDoctors {
  const { changeDoctor, doctors, directory, ids } = dependencies;

  /** Leaves out `isNew`, so that a repeat gets the same answer as the first time. */
  const change: (...of: Parameters<ChangeDoctor>) => Promise<Answer<RegisteredDoctor> | Refusal> = async (
    ...of
  ) => {
    const changed = await changeDoctor(...of);
    if (changed.outcome === 'refused') return changed;
    const { outcome, value, version } = changed;
    return { outcome, value, version };
  };

  return {
    registerDoctor: (by, request, options = NO_OPTIONS) =>
      asAdmin(by, (admin) => {
        const doctorId = request.doctorId ?? idFor(ids, 'doctor', admin, options);
        return change(doctorId, { type: 'RegisterDoctor', ...request, doctorId }, admin, options);
      }),
    putDoctor: (by, request, options) =>
      asAdmin(by, (admin) =>
        changeDoctor(request.doctorId, { type: 'PutDoctor', ...request }, admin, options),
      ),
    setSchedule: (by, doctorId, request, options) =>
      asAdmin(by, (admin) => change(doctorId, { type: 'SetSchedule', ...request }, admin, options)),
    setDateOverride: (by, doctorId, request, options) =>
      asAdmin(by, (admin) => change(doctorId, { type: 'SetDateOverride', ...request }, admin, options)),
    removeDateOverride: (by, doctorId, date, options) =>
      asAdmin(by, (admin) => change(doctorId, { type: 'RemoveDateOverride', date }, admin, options)),
    doctor: async ({ caller }, doctorId) => {
      if (caller.role === 'anyone') return refuse('auth.forbidden');
      const { stored: state, storedVersion: version } = await doctors.latest(doctorId);
      if (state.status === 'not_registered') return refuse('doctor.not_found');
      return { outcome: 'done', value: state, version };
    },
    doctors: async ({ caller }, page) =>
      caller.role === 'anyone'
        ? refuse('auth.forbidden')
        : readPage(page, directory.doctors, ({ doctorId }) => doctorId),
  };
}
