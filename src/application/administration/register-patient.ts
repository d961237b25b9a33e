import { invariant } from '../../domain/invariant.js';
import {
  decide,
  initialPatient,
  type PatientState,
  type RegisterPatient as RegisterPatientCommand,
} from '../../domain/patient/patient.js';
import type { Answer, CommandOptions } from '../answers/answer.js';
import type { Refusal } from '../answers/refusal.js';
import type { RegisteredPatient } from '../ports/directory.js';
import type { Actor, EventStore } from '../ports/event-store.js';
import type { IdGenerator } from '../ports/id-generator.js';
import { createHandleOnce, saysTheSame } from '../streams/command-once.js';
import type { PatientHandler } from '../streams/stream-handlers.js';

export interface PatientRegistered extends Answer<RegisteredPatient> {
  /** Whether nothing was written by it now: whoever is answered with the patient has read it. */
  readonly isOnlyRead: boolean;
}

/** Whether the actor may is not asked here. */
export type RegisterPatient = (
  request: Omit<RegisterPatientCommand, 'type'>,
  actor: Actor,
  options?: CommandOptions,
) => Promise<PatientRegistered | Refusal>;

export interface RegisterPatientDependencies {
  readonly patients: PatientHandler;
  readonly eventStore: EventStore;
  readonly ids: IdGenerator;
}

export function createRegisterPatient(dependencies: RegisterPatientDependencies): RegisterPatient {
  const { patients, eventStore, ids } = dependencies;
  const handleOnce = createHandleOnce({ category: 'patient', handler: patients, eventStore, ids });

  return async (request, actor, options) => {
    const decideOn = (state: PatientState) => decide({ type: 'RegisterPatient', ...request }, state);
    const settled = await handleOnce({
      id: request.patientId,
      actor,
      options,
      decide: decideOn,
      isRepeatOf: ({ event }) => {
        const first = decideOn(initialPatient);
        return first.outcome === 'accepted' && saysTheSame([event], first.events);
      },
      notFound: null,
    });
    if (settled.outcome === 'refused') return settled;
    const { state, version, isOnlyRead } = settled;
    invariant(state.status === 'registered', 'an accepted command leaves a patient');
    const { patientId, name } = state;
    return { outcome: 'done', value: { patientId, name }, version, isOnlyRead };
  };
}
