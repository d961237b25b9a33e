import type { RegisterDoctor, SetDateOverride, SetSchedule } from '../domain/doctor/commands.js';
import type { DoctorState } from '../domain/doctor/doctor.js';
import * as doctor from '../domain/doctor/doctor.js';
import type { RegisterPatient } from '../domain/patient/patient.js';
import * as patient from '../domain/patient/patient.js';
import type { AvailabilityNotices } from './availability-notices.js';
import type { CommandOutcome } from './command-handler.js';
import type { DoctorHandler, PatientHandler } from './handlers.js';
import type { Actor, DomainEvent } from './ports/event-store.js';
import { type Refusal, refusalOf } from './refusal.js';

export interface Done<State> {
  readonly outcome: 'done';
  readonly state: State;
}

type Request<Command extends { type: string }> = Omit<Command, 'type'>;

/** Doctors with their schedules, and patients. */
export interface RegisterPeople {
  registerDoctor(request: Request<RegisterDoctor>, actor: Actor): Promise<Done<DoctorState> | Refusal>;
  registerPatient(
    request: Request<RegisterPatient>,
    actor: Actor,
  ): Promise<Done<patient.PatientState> | Refusal>;
  setSchedule(
    doctorId: string,
    request: Request<SetSchedule>,
    actor: Actor,
  ): Promise<Done<DoctorState> | Refusal>;
  setDateOverride(
    doctorId: string,
    request: Request<SetDateOverride>,
    actor: Actor,
  ): Promise<Done<DoctorState> | Refusal>;
  removeDateOverride(doctorId: string, date: string, actor: Actor): Promise<Done<DoctorState> | Refusal>;
}

export interface RegisterPeopleDependencies {
  readonly doctors: DoctorHandler;
  readonly patients: PatientHandler;
  readonly notices: AvailabilityNotices;
}

export function createRegisterPeople(dependencies: RegisterPeopleDependencies): RegisterPeople {
  const { doctors, patients, notices } = dependencies;

  async function changeDoctor(
    id: string,
    actor: Actor,
    command: Parameters<typeof doctor.decide>[0],
  ): Promise<Done<DoctorState> | Refusal> {
    const outcome = await doctors.handle({
      id,
      actorOf: () => actor,
      decide: (state) => doctor.decide(command, state),
    });
    if (outcome.outcome === 'accepted' && outcome.events.length > 0) await notices.reconsider(id);
    return answerTo(outcome);
  }

  return {
    registerDoctor: (request, actor) =>
      changeDoctor(request.doctorId, actor, { type: 'RegisterDoctor', ...request }),
    setSchedule: (doctorId, request, actor) =>
      changeDoctor(doctorId, actor, { type: 'SetSchedule', ...request }),
    setDateOverride: (doctorId, request, actor) =>
      changeDoctor(doctorId, actor, { type: 'SetDateOverride', ...request }),
    removeDateOverride: (doctorId, date, actor) =>
      changeDoctor(doctorId, actor, { type: 'RemoveDateOverride', date }),
    registerPatient: async (request, actor) => {
      const decide = (state: patient.PatientState) =>
        patient.decide({ type: 'RegisterPatient', ...request }, state);
      return answerTo(await patients.handle({ id: request.patientId, actorOf: () => actor, decide }));
    },
  };
}

function answerTo<State, Event extends DomainEvent>(
  outcome: CommandOutcome<State, Event, doctor.DoctorRejection | patient.PatientRejection>,
): Done<State> | Refusal {
  if (outcome.outcome !== 'accepted') return refusalOf(outcome);
  return { outcome: 'done', state: outcome.state };
}
