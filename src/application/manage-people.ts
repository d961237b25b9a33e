import type { RegisteredDoctor } from '../domain/doctor/doctor.js';
import { DAY_MS, type Instant } from '../domain/instant.js';
import type { Interval } from '../domain/schedule/compiled-schedule.js';
import type { DailyWindow } from '../domain/schedule/date-override.js';
import type { WeeklyWindow } from '../domain/schedule/weekly-window.js';
import type { Answer, CommandOptions, PageOf, PageRequest } from './answer.js';
import type { RegisteredPatient } from './ports/directory.js';
import type { Refusal } from './refusal.js';
import type { Requester } from './requester.js';

/** The longest stretch of time that one question about availability may span. */
export const MAX_AVAILABILITY_RANGE_MS = 366 * DAY_MS;

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
 * availability are there for every caller that somebody vouches for, a patient for admins and that patient alone.
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
