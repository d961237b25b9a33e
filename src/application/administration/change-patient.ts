import { invariant } from '../../domain/invariant.js';
import {
  decide,
  initialPatient,
  type PatientCommand,
  type PatientState,
} from '../../domain/patient/patient.js';
import type { Answer, CommandOptions } from '../answers/answer.js';
import type { Refusal } from '../answers/refusal.js';
import type { RegisteredPatient } from '../ports/directory.js';
import type { Actor, EventStore, RecordedEvent } from '../ports/event-store.js';
import type { IdGenerator } from '../ports/id-generator.js';
import type { TellChanges } from '../room/tell-changes.js';
import { createHandleOnce, saysTheSame } from '../streams/command-once.js';
import type { PatientHandler } from '../streams/stream-handlers.js';

export interface PatientChanged extends Answer<RegisteredPatient> {
  /**
   * Whether nothing was written this time. The caller was then only shown the present state, which counts as reading
   * it.
   */
  readonly isOnlyRead: boolean;
  /** Whether this command registered the patient. */
  readonly isNew: boolean;
}

/**
 * Registers a patient, or changes the name. Those in the patient's consultations are told of a new name. The caller
 * of this function has checked that the actor may.
 */
export type ChangePatient = (
  command: PatientCommand,
  actor: Actor,
  options?: CommandOptions,
) => Promise<PatientChanged | Refusal>;

export interface ChangePatientDependencies {
  readonly patients: PatientHandler;
  readonly tell: TellChanges;
  readonly eventStore: EventStore;
  readonly ids: IdGenerator;
}

export function createChangePatient(dependencies: ChangePatientDependencies): ChangePatient {
  const { patients, tell, eventStore, ids } = dependencies;
  const handleOnce = createHandleOnce({ category: 'patient', handler: patients, eventStore, ids });

  return async (command, actor, options) => {
    const settled = await handleOnce({
      id: command.patientId,
      actor,
      options,
      decide: (state) => decide(command, state),
      isRepeatOf: (original) => isRepeat(command, original),
      notFound: null,
    });
    if (settled.outcome === 'refused') return settled;
    const { state, version, isOnlyRead } = settled;
    invariant(state.status === 'registered', 'an accepted command leaves a patient');
    const { patientId, name } = state;
    const isNew = !isOnlyRead && version === 1;
    if (!isOnlyRead && !isNew) tell.patientRenamed(patientId);
    return { outcome: 'done', value: { patientId, name }, version, isOnlyRead, isNew };
  };
}

/** A patient's event depends on only one thing of the state before it: whether the patient was registered. */
function isRepeat(command: PatientCommand, { event }: RecordedEvent): boolean {
  const { patientId } = command;
  const before: PatientState =
    event.type === 'PatientRegistered' ? initialPatient : { status: 'registered', patientId, name: '' };
  const decided = decide(command, before);
  return decided.outcome === 'accepted' && saysTheSame([event], decided.events);
}
