import { accept, type Decision, type InvalidField, reject } from '../decision.js';
import { checkName } from '../person-name.js';

export interface PatientRegistered {
  readonly type: 'PatientRegistered';
  readonly data: { readonly patientId: string; readonly name: string };
}
export interface PatientRenamed {
  readonly type: 'PatientRenamed';
  readonly data: { readonly patientId: string; readonly name: string };
}
export type PatientEvent = PatientRegistered | PatientRenamed;

export interface RegisterPatient {
  readonly type: 'RegisterPatient';
  readonly patientId: string;
  readonly name: string;
}
/** Registers the patient, or changes the name if it differs. */
export interface PutPatient {
  readonly type: 'PutPatient';
  readonly patientId: string;
  readonly name: string;
}
export type PatientCommand = RegisterPatient | PutPatient;

export type PatientState =
  | { readonly status: 'not_registered' }
  | { readonly status: 'registered'; readonly patientId: string; readonly name: string };

export type PatientRejection = { readonly code: 'patient.already_exists' } | InvalidField;

export const initialPatient: PatientState = { status: 'not_registered' };

/** Folds one event. If it does not fit, the state stays as it is, because the log is the truth and never refused. */
export function evolve(state: PatientState, event: PatientEvent): PatientState {
  switch (event.type) {
    case 'PatientRegistered': {
      const { patientId, name } = event.data;
      return { status: 'registered', patientId, name };
    }
    case 'PatientRenamed':
      return state.status === 'registered' ? { ...state, name: event.data.name } : state;
  }
}

export function decide(
  command: PatientCommand,
  state: PatientState,
): Decision<PatientEvent, PatientRejection> {
  if (command.type === 'RegisterPatient' && state.status === 'registered') {
    return reject({ code: 'patient.already_exists' });
  }
  const checked = checkName(command.name);
  if (checked.code !== 'ok') return reject(checked);
  const { name } = checked;
  if (state.status === 'not_registered') {
    return accept({ type: 'PatientRegistered', data: { patientId: command.patientId, name } });
  }
  if (name === state.name) return accept();
  return accept({ type: 'PatientRenamed', data: { patientId: state.patientId, name } });
}
