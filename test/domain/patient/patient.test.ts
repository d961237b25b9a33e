import { expect, test } from 'vitest';
import * as patient from '../../../src/domain/patient/patient.js';
import { createGiven } from '../../support/given.js';

const given = createGiven({ ...patient, initial: patient.initialPatient });
const register = (name: string) => ({ type: 'RegisterPatient', patientId: 'patient-1', name }) as const;
const registered = (name: string) =>
  ({ type: 'PatientRegistered', data: { patientId: 'patient-1', name } }) as const;

test('registers a patient under the trimmed name', () =>
  given().when(register(' Ada ')).thenHappens(registered('Ada')));
test('refuses a second registration', () =>
  given(registered('Ada')).when(register('Ada')).thenRejected('patient.already_exists'));
test('refuses a name that is none', () =>
  given().when(register(' ')).thenRejected('request.invalid', 'name'));
test('folds into the patient', () => {
  expect(patient.evolve(patient.initialPatient, registered('Ada'))).toEqual({
    status: 'registered',
    patientId: 'patient-1',
    name: 'Ada',
  });
});
