import type { RegisterDoctor, SetDateOverride, SetSchedule } from '../domain/doctor/commands.js';
import type { DoctorState, RegisteredDoctor } from '../domain/doctor/doctor.js';
import * as doctor from '../domain/doctor/doctor.js';
import type { DoctorEvent } from '../domain/doctor/events.js';
import { invariant } from '../domain/invariant.js';
import type { RegisterPatient } from '../domain/patient/patient.js';
import * as patient from '../domain/patient/patient.js';
import type { Answer, CommandOptions } from './answer.js';
import type { AvailabilityNotices } from './availability-notices.js';
import { createHandleOnce } from './command-once.js';
import type { DoctorHandler, PatientHandler } from './handlers.js';
import type { RegisteredPatient } from './ports/directory.js';
import type { Actor, EventStore, RecordedEvent } from './ports/event-store.js';
import type { IdGenerator } from './ports/id-generator.js';
import type { Refusal } from './refusal.js';

/** Events read at a time to see how a doctor stood before one of them. */
const STREAM_PAGE = 200;

type Request<Command extends { type: string }> = Omit<Command, 'type'>;

/** Doctors with their schedules, and patients. Whether the actor may is not asked here. */
export interface RegisterPeople {
  registerDoctor(
    request: Request<RegisterDoctor>,
    actor: Actor,
    options?: CommandOptions,
  ): Promise<Answer<RegisteredDoctor> | Refusal>;
  registerPatient(
    request: Request<RegisterPatient>,
    actor: Actor,
    options?: CommandOptions,
  ): Promise<Answer<RegisteredPatient> | Refusal>;
  setSchedule(
    doctorId: string,
    request: Request<SetSchedule>,
    actor: Actor,
    options?: CommandOptions,
  ): Promise<Answer<RegisteredDoctor> | Refusal>;
  setDateOverride(
    doctorId: string,
    request: Request<SetDateOverride>,
    actor: Actor,
    options?: CommandOptions,
  ): Promise<Answer<RegisteredDoctor> | Refusal>;
  removeDateOverride(
    doctorId: string,
    date: string,
    actor: Actor,
    options?: CommandOptions,
  ): Promise<Answer<RegisteredDoctor> | Refusal>;
}

export interface RegisterPeopleDependencies {
  readonly doctors: DoctorHandler;
  readonly patients: PatientHandler;
  readonly notices: AvailabilityNotices;
  readonly eventStore: EventStore;
  readonly ids: IdGenerator;
}

export function createRegisterPeople(dependencies: RegisterPeopleDependencies): RegisterPeople {
  const { doctors, patients, notices, eventStore, ids } = dependencies;
  const doctorOnce = createHandleOnce({ category: 'doctor', handler: doctors, eventStore, ids });
  const patientOnce = createHandleOnce({ category: 'patient', handler: patients, eventStore, ids });

  async function changeDoctor(
    id: string,
    command: Parameters<typeof doctor.decide>[0],
    actor: Actor,
    options: CommandOptions | undefined,
  ): Promise<Answer<RegisteredDoctor> | Refusal> {
    const settled = await doctorOnce({
      id,
      actor,
      options,
      decide: (state) => doctor.decide(command, state),
      expected: async (original) => eventsOf(doctor.decide(command, await stateBefore(original))),
      notFound: command.type === 'RegisterDoctor' ? null : 'doctor.not_found',
    });
    if (settled.outcome === 'refused') return settled;
    if (settled.hasHappened) await notices.reconsider(id);
    const { state, version } = settled;
    invariant(state.status === 'registered', 'an accepted command leaves a doctor');
    return { outcome: 'done', value: state, version };
  }

  /** One change of a schedule may be two events, and which they are depends on what it was before. */
  async function stateBefore({ streamId, version }: RecordedEvent): Promise<DoctorState> {
    let state = doctor.initialDoctor;
    for (let at = 0; at < version - 1; ) {
      const page = await eventStore.readStream(streamId, at, Math.min(STREAM_PAGE, version - 1 - at));
      invariant(page.length > 0, 'versions of a stream are dense');
      state = page.map(({ event }) => event as DoctorEvent).reduce(doctor.evolve, state);
      at += page.length;
    }
    return state;
  }

  return {
    registerDoctor: (request, actor, options) =>
      changeDoctor(request.doctorId, { type: 'RegisterDoctor', ...request }, actor, options),
    setSchedule: (doctorId, request, actor, options) =>
      changeDoctor(doctorId, { type: 'SetSchedule', ...request }, actor, options),
    setDateOverride: (doctorId, request, actor, options) =>
      changeDoctor(doctorId, { type: 'SetDateOverride', ...request }, actor, options),
    removeDateOverride: (doctorId, date, actor, options) =>
      changeDoctor(doctorId, { type: 'RemoveDateOverride', date }, actor, options),
    registerPatient: async (request, actor, options) => {
      const decide = (state: patient.PatientState) =>
        patient.decide({ type: 'RegisterPatient', ...request }, state);
      const settled = await patientOnce({
        id: request.patientId,
        actor,
        options,
        decide,
        expected: () => eventsOf(decide(patient.initialPatient)),
        notFound: null,
      });
      if (settled.outcome === 'refused') return settled;
      const { state, version } = settled;
      invariant(state.status === 'registered', 'an accepted command leaves a patient');
      return { outcome: 'done', value: { patientId: state.patientId, name: state.name }, version };
    },
  };
}

function eventsOf<Event>(
  decision:
    | { readonly outcome: 'accepted'; readonly events: readonly Event[] }
    | { readonly outcome: 'rejected' },
): readonly Event[] {
  return decision.outcome === 'accepted' ? decision.events : [];
}
