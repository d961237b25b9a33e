import type { DailyWindow } from '../schedule/date-override.js';
import type { WeeklyWindow } from '../schedule/weekly-window.js';

export interface RegisterDoctor {
  readonly type: 'RegisterDoctor';
  readonly doctorId: string;
  readonly name: string;
  readonly timeZone: string;
  readonly windows: readonly WeeklyWindow[];
}

/** Registers the doctor, without windows, or changes the name and the time zone if they differ. */
export interface PutDoctor {
  readonly type: 'PutDoctor';
  readonly doctorId: string;
  readonly name: string;
  readonly timeZone: string;
}

/** A field that is left out stays as it is. */
export interface SetSchedule {
  readonly type: 'SetSchedule';
  readonly timeZone?: string;
  readonly windows?: readonly WeeklyWindow[];
}

export interface SetDateOverride {
  readonly type: 'SetDateOverride';
  readonly date: string;
  readonly windows: readonly DailyWindow[];
}

export interface RemoveDateOverride {
  readonly type: 'RemoveDateOverride';
  readonly date: string;
}

export type DoctorCommand = RegisterDoctor | PutDoctor | SetSchedule | SetDateOverride | RemoveDateOverride;
