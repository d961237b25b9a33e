import type { DailyWindow } from '../schedule/date-override.js';
import type { WeeklyWindow } from '../schedule/weekly-window.js';

export interface DoctorRegistered {
  readonly type: 'DoctorRegistered';
  readonly data: {
    readonly doctorId: string;
    readonly name: string;
    readonly timeZone: string;
    readonly windows: readonly WeeklyWindow[];
  };
}

export interface DoctorRenamed {
  readonly type: 'DoctorRenamed';
  readonly data: { readonly doctorId: string; readonly name: string };
}

export interface DoctorTimeZoneChanged {
  readonly type: 'DoctorTimeZoneChanged';
  readonly data: { readonly doctorId: string; readonly timeZone: string };
}

export interface WeeklyWindowsSet {
  readonly type: 'WeeklyWindowsSet';
  readonly data: { readonly doctorId: string; readonly windows: readonly WeeklyWindow[] };
}

/** Replaces the windows that start on one local date. An empty list closes the date. */
export interface DateOverrideSet {
  readonly type: 'DateOverrideSet';
  readonly data: {
    readonly doctorId: string;
    readonly date: string;
    readonly windows: readonly DailyWindow[];
  };
}

export interface DateOverrideRemoved {
  readonly type: 'DateOverrideRemoved';
  readonly data: { readonly doctorId: string; readonly date: string };
}

export type DoctorEvent =
  | DoctorRegistered
  | DoctorRenamed
  | DoctorTimeZoneChanged
  | WeeklyWindowsSet
  | DateOverrideSet
  | DateOverrideRemoved;
