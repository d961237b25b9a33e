import { accept, type Decision, type InvalidField, reject } from '../decision.js';
import { checkName } from '../person-name.js';

export interface PatientRegistered {
  readonly type: 'PatientRegistered';
  readonly data: { readonly patientId: string; readonly name: string };
}
export type PatientEvent = PatientRegistered;

export interface RegisterPatient {
  readonly type: 'RegisterPatient';
  readonly patientId: string;
  readonly name: string;
}
export type PatientCommand = RegisterPatient;

export type PatientState =
  | { readonly status: 'not_registered' }
  | { readonly status: 'registered'; readonly patientId: string; readonly name: string };

export type PatientRejection = { readonly code: 'patient.already_exists' } | InvalidField;

export const initialPatient: PatientState = { status: 'not_registered' };

export function evolve(_state: PatientState, event: PatientEvent): PatientState {
  switch (event.type) {
    case 'PatientRegistered':
      return { status: 'registered', ...event.data };
  }
}

export function decide(
  command: PatientCommand,
  state: PatientState,
): Decision<PatientEvent, PatientRejection> {
  if (state.status === 'registered') return reject({ code: 'patient.already_exists' });
  const name = checkName(command.name);
  if (name.code !== 'ok') return reject(name);
  return accept({ type: 'PatientRegistered', data: { patientId: command.patientId, name: name.name } });
}
