import {
  type Answer,
  type CommandOptions,
  NO_OPTIONS,
  type PageOf,
  type PageRequest,
  type Put,
} from '../answers/answer.js';
import { type Refusal, refuse } from '../answers/refusal.js';
import { type RecordRead, recordAll } from '../lookup/record-read.js';
import type { Requester } from '../lookup/requester.js';
import type { Reader } from '../ports/access-log.js';
import type { Directory, RegisteredPatient } from '../ports/directory.js';
import type { Actor } from '../ports/event-store.js';
import type { IdGenerator } from '../ports/id-generator.js';
import { idFor } from '../streams/command-once.js';
import type { PatientHandler } from '../streams/stream-handlers.js';
import { asAdmin } from './as-admin.js';
import type { ChangePatient, PatientChanged } from './change-patient.js';
import { readPage } from './page.js';

export interface RegisterPatientRequest {
  /**
   * null to have one made. With an idempotency key it is derived from the key, so that a repeat meets the same
   * patient.
   */
  readonly patientId: string | null;
  readonly name: string;
}

export interface PutPatientRequest {
  readonly patientId: string;
  readonly name: string;
}

/**
 * Patients. Administrators may register, change and list them. A patient is shown to administrators and to that
 * patient. The access log has an entry before anybody is shown a patient.
 */
export interface ManagePatients {
  registerPatient(
    by: Requester,
    request: RegisterPatientRequest,
    options?: CommandOptions,
  ): Promise<Answer<RegisteredPatient> | Refusal>;
  /** Registers the patient, or changes the name of a registered one. */
  putPatient(
    by: Requester,
    request: PutPatientRequest,
    options?: CommandOptions,
  ): Promise<Put<RegisteredPatient> | Refusal>;
  patient(by: Requester, patientId: string): Promise<Answer<RegisteredPatient> | Refusal>;
  patients(by: Requester, page: PageRequest): Promise<PageOf<RegisteredPatient> | Refusal>;
}

export interface ManagePatientsDependencies {
  readonly changePatient: ChangePatient;
  readonly patients: PatientHandler;
  readonly directory: Directory;
  readonly recordRead: RecordRead;
  readonly ids: IdGenerator;
}

export function createManagePatients(dependencies: ManagePatientsDependencies): ManagePatients {
  const { changePatient, patients, directory, recordRead, ids } = dependencies;

  async function findPatient(by: Requester, id: string): Promise<Answer<RegisteredPatient> | Refusal> {
    const { stored: state, storedVersion: version } = await patients.latest(id);
    if (state.status === 'not_registered') return refuse('patient.not_found');
    const { patientId, name } = state;
    const withheld = await recordRead(by, { action: 'read_patient', subject: patientOf(patientId) });
    return withheld ?? { outcome: 'done', value: { patientId, name }, version };
  }

  /**
   * Answers a change. If it has written an event, that event is its record. If it has only shown the present state,
   * this is recorded as a read.
   */
  async function recorded(
    by: Requester,
    changed: PatientChanged | Refusal,
  ): Promise<PatientChanged | Refusal> {
    if (changed.outcome === 'refused' || !changed.isOnlyRead) return changed;
    const subject = patientOf(changed.value.patientId);
    return (await recordRead(by, { action: 'repeat_change', subject })) ?? changed;
  }

  async function registerPatient(
    by: Requester,
    request: RegisterPatientRequest,
    admin: Actor,
    options: CommandOptions,
  ): Promise<Answer<RegisteredPatient> | Refusal> {
    const patientId = request.patientId ?? idFor(ids, 'patient', admin, options);
    const command = { type: 'RegisterPatient', ...request, patientId } as const;
    const registered = await recorded(by, await changePatient(command, admin, options));
    if (registered.outcome === 'refused') return registered;
    const { outcome, value, version } = registered;
    return { outcome, value, version };
  }

  async function listPatients(
    by: Requester,
    page: PageRequest,
  ): Promise<PageOf<RegisteredPatient> | Refusal> {
    const listed = await readPage(page, directory.patients, ({ patientId }) => patientId);
    if (listed.outcome === 'refused') return listed;
    const shown = listed.items.map(({ value }) => patientOf(value.patientId));
    // An empty page is recorded, too, because it tells that there are no patients, or no more.
    const subjects = shown.length === 0 ? [null] : shown;
    const readings = subjects.map((subject) => ({ action: 'list_patients', subject }) as const);
    return (await recordAll(recordRead, by, readings)) ?? listed;
  }

  return {
    registerPatient: (by, request, options = NO_OPTIONS) =>
      asAdmin(by, (admin) => registerPatient(by, request, admin, options)),
    putPatient: (by, request, options) =>
      asAdmin(by, async (admin) => {
        const put = await recorded(
          by,
          await changePatient({ type: 'PutPatient', ...request }, admin, options),
        );
        if (put.outcome === 'refused') return put;
        const { outcome, value, version, isNew } = put;
        return { outcome, value, version, isNew };
      }),
    patient: async (by, patientId) => {
      const { caller } = by;
      const isTheirs = caller.role === 'patient' && caller.id === patientId;
      // For anybody else the patient is not even looked up, so that the time of the answer reveals nothing.
      return isTheirs || caller.role === 'admin' ? findPatient(by, patientId) : refuse('patient.not_found');
    },
    patients: (by, page) => asAdmin(by, () => listPatients(by, page)),
  };
}

function patientOf(id: string): Reader {
  return { kind: 'patient', id };
}
