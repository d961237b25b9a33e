import { describe, expect, test } from 'vitest';
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
describe('putting', () => {
  const put = (name: string) => ({ type: 'PutPatient', patientId: 'patient-1', name }) as const;
  const renamed = (name: string) =>
    ({ type: 'PatientRenamed', data: { patientId: 'patient-1', name } }) as const;

  test('registers who is not there', () => given().when(put(' Ada ')).thenHappens(registered('Ada')));
  test('changes the name', () => given(registered('Ada')).when(put('Eva ')).thenHappens(renamed('Eva')));
  test('changes nothing where the name is the same', () =>
    given(registered('Ada'), renamed('Eva')).when(put(' Eva')).thenHappens());
  test.each([[[]], [[registered('Ada')]]])('refuses a name that is none: %j', (before) =>
    given(...before)
      .when(put(' '))
      .thenRejected('request.invalid', 'name'),
  );
  test('folds a new name into the patient, and nothing into nobody', () => {
    const ada = patient.evolve(patient.initialPatient, registered('Ada'));
    expect(patient.evolve(ada, renamed('Eva'))).toMatchObject({ status: 'registered', name: 'Eva' });
    expect(patient.evolve(patient.initialPatient, renamed('Eva'))).toEqual(patient.initialPatient);
  });
});
test('folds into the patient', () => {
  expect(patient.evolve(patient.initialPatient, registered('Ada'))).toEqual({
    status: 'registered',
    patientId: 'patient-1',
    name: 'Ada',
  });
});
