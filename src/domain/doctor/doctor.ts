import { accept, type Decision, type InvalidField, invalidField, reject } from '../decision.js';
import { checkName } from '../person-name.js';
import {
  checkDateOverride,
  type DailyWindow,
  type DateOverride,
  MAX_DATE_OVERRIDES,
} from '../schedule/date-override.js';
import type { Schedule } from '../schedule/schedule.js';
import { checkTimeZone } from '../schedule/time-zone.js';
import { checkWeeklyWindows, type WeeklyWindow } from '../schedule/weekly-window.js';
import type { DoctorCommand, PutDoctor, RegisterDoctor, SetDateOverride, SetSchedule } from './commands.js';
import type { DoctorEvent } from './events.js';

export interface RegisteredDoctor {
  readonly status: 'registered';
  readonly doctorId: string;
  readonly name: string;
  /** Its overrides are in the order of their dates, at most one for each date. */
  readonly schedule: Schedule;
}

export type DoctorState = { readonly status: 'not_registered' } | RegisteredDoctor;

export type DoctorRejection =
  | { readonly code: 'doctor.already_exists' }
  | { readonly code: 'doctor.not_found' }
  | InvalidField;

export type DoctorDecision = Decision<DoctorEvent, DoctorRejection>;

export const initialDoctor: DoctorState = { status: 'not_registered' };

/** Folds one event. If it does not fit, the state stays as it is, because the log is the truth and never refused. */
export function evolve(state: DoctorState, event: DoctorEvent): DoctorState {
  if (event.type === 'DoctorRegistered') {
    const { doctorId, name, timeZone, windows } = event.data;
    return { status: 'registered', doctorId, name, schedule: { timeZone, windows, overrides: [] } };
  }
  if (state.status === 'not_registered') return state;
  if (event.type === 'DoctorRenamed') return { ...state, name: event.data.name };
  return { ...state, schedule: evolveSchedule(state.schedule, event) };
}

function evolveSchedule(
  schedule: Schedule,
  event: Exclude<DoctorEvent, { type: 'DoctorRegistered' | 'DoctorRenamed' }>,
): Schedule {
  switch (event.type) {
    case 'DoctorTimeZoneChanged':
      return { ...schedule, timeZone: event.data.timeZone };
    case 'WeeklyWindowsSet':
      return { ...schedule, windows: event.data.windows };
    case 'DateOverrideSet': {
      const { date, windows } = event.data;
      return { ...schedule, overrides: withOverride(schedule.overrides, { date, windows }) };
    }
    case 'DateOverrideRemoved':
      return { ...schedule, overrides: schedule.overrides.filter(({ date }) => date !== event.data.date) };
  }
}

function withOverride(overrides: readonly DateOverride[], added: DateOverride): readonly DateOverride[] {
  const others = overrides.filter(({ date }) => date !== added.date);
  return [...others, added].sort((a, b) => (a.date < b.date ? -1 : 1));
}

export function decide(command: DoctorCommand, state: DoctorState): DoctorDecision {
  if (command.type === 'RegisterDoctor') return register(command, state);
  if (command.type === 'PutDoctor') return put(command, state);
  if (state.status === 'not_registered') return reject({ code: 'doctor.not_found' });
  switch (command.type) {
    case 'SetSchedule':
      return setSchedule(command, state);
    case 'SetDateOverride':
      return setDateOverride(command, state);
    case 'RemoveDateOverride': {
      if (!hasOverride(state, command.date)) return accept();
      const data = { doctorId: state.doctorId, date: command.date };
      return accept({ type: 'DateOverrideRemoved', data });
    }
  }
}

function register(command: RegisterDoctor, state: DoctorState): DoctorDecision {
  if (state.status === 'registered') return reject({ code: 'doctor.already_exists' });
  const { doctorId, timeZone, windows } = command;
  const name = checkName(command.name);
  if (name.code !== 'ok') return reject(name);
  const invalid = checkTimeZone(timeZone) ?? checkWeeklyWindows(windows);
  if (invalid !== null) return reject(invalid);
  return accept({ type: 'DoctorRegistered', data: { doctorId, name: name.name, timeZone, windows } });
}

function put(command: PutDoctor, state: DoctorState): DoctorDecision {
  const { timeZone } = command;
  if (state.status === 'not_registered') {
    return register({ ...command, type: 'RegisterDoctor', windows: [] }, state);
  }
  const name = checkName(command.name);
  if (name.code !== 'ok') return reject(name);
  const zone = setSchedule({ type: 'SetSchedule', timeZone }, state);
  if (zone.outcome === 'rejected' || name.name === state.name) return zone;
  return accept(
    { type: 'DoctorRenamed', data: { doctorId: state.doctorId, name: name.name } },
    ...zone.events,
  );
}

function setSchedule(command: SetSchedule, state: RegisteredDoctor): DoctorDecision {
  const { doctorId, schedule } = state;
  const { timeZone = schedule.timeZone, windows = schedule.windows } = command;
  const invalid = checkTimeZone(timeZone) ?? checkWeeklyWindows(windows);
  if (invalid !== null) return reject(invalid);
  const events: DoctorEvent[] = [];
  if (timeZone !== schedule.timeZone) {
    events.push({ type: 'DoctorTimeZoneChanged', data: { doctorId, timeZone } });
  }
  if (!sameWindows(windows, schedule.windows)) {
    events.push({ type: 'WeeklyWindowsSet', data: { doctorId, windows } });
  }
  return accept(...events);
}

function sameWindows(a: readonly WeeklyWindow[], b: readonly WeeklyWindow[]): boolean {
  return sameTimes(a, b) && a.every(({ dayOfWeek }, index) => b[index]?.dayOfWeek === dayOfWeek);
}

function sameTimes(a: readonly DailyWindow[], b: readonly DailyWindow[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ startTime, endTime }, index) => {
      const other = b[index];
      return other?.startTime === startTime && other.endTime === endTime;
    })
  );
}

function setDateOverride(command: SetDateOverride, state: RegisteredDoctor): DoctorDecision {
  const { date, windows } = command;
  const invalid = checkDateOverride({ date, windows });
  if (invalid !== null) return reject(invalid);
  const present = state.schedule.overrides.find((override) => override.date === date);
  if (present !== undefined && sameTimes(windows, present.windows)) return accept();
  if (present === undefined && state.schedule.overrides.length >= MAX_DATE_OVERRIDES) {
    return reject(invalidField('date', `a schedule has at most ${MAX_DATE_OVERRIDES} date overrides`));
  }
  return accept({ type: 'DateOverrideSet', data: { doctorId: state.doctorId, date, windows } });
}

function hasOverride(state: RegisteredDoctor, date: string): boolean {
  return state.schedule.overrides.some((override) => override.date === date);
}
