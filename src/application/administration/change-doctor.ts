import type { DoctorCommand } from '../../domain/doctor/commands.js';
import { decide, type RegisteredDoctor } from '../../domain/doctor/doctor.js';
import { invariant } from '../../domain/invariant.js';
import type { Answer, CommandOptions } from '../answers/answer.js';
import type { Refusal } from '../answers/refusal.js';
import type { Actor, EventStore } from '../ports/event-store.js';
import type { IdGenerator } from '../ports/id-generator.js';
import type { TellChanges } from '../room/tell-changes.js';
import { createHandleOnce } from '../streams/command-once.js';
import type { DoctorHandler } from '../streams/stream-handlers.js';
import { createIsRepeatOfDoctorCommand } from './doctor-repeats.js';

export interface DoctorChanged extends Answer<RegisteredDoctor> {
  /** Whether this command registered the doctor. */
  readonly isNew: boolean;
}

/**
 * Registers a doctor, or changes the name or the schedule. Those who wait for the doctor are told if this opens or
 * closes the schedule now, and of a new name. The caller of this function has checked that the actor may.
 */
export type ChangeDoctor = (
  doctorId: string,
  command: DoctorCommand,
  actor: Actor,
  options?: CommandOptions,
) => Promise<DoctorChanged | Refusal>;

export interface ChangeDoctorDependencies {
  readonly doctors: DoctorHandler;
  readonly tell: TellChanges;
  readonly eventStore: EventStore;
  readonly ids: IdGenerator;
}

export function createChangeDoctor(dependencies: ChangeDoctorDependencies): ChangeDoctor {
  const { doctors, tell, eventStore, ids } = dependencies;
  const handleOnce = createHandleOnce({ category: 'doctor', handler: doctors, eventStore, ids });
  const isRepeat = createIsRepeatOfDoctorCommand(eventStore);

  return async (id, command, actor, options) => {
    const settled = await handleOnce({
      id,
      actor,
      options,
      decide: (state) => decide(command, state),
      isRepeatOf: (original) => isRepeat(command, original),
      notFound: canRegister(command) ? null : 'doctor.not_found',
    });
    if (settled.outcome === 'refused') return settled;
    const { state, version, hasHappened, isOnlyRead } = settled;
    const isNew = !isOnlyRead && version === 1;
    if (hasHappened) tell.scheduleChanged(id);
    if (command.type === 'PutDoctor' && !isOnlyRead && !isNew) tell.doctorRenamed(id);
    invariant(state.status === 'registered', 'an accepted command leaves a doctor');
    return { outcome: 'done', value: state, version, isNew };
  };
}

function canRegister({ type }: DoctorCommand): boolean {
  return type === 'RegisterDoctor' || type === 'PutDoctor';
}
