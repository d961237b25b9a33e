import type {
  DoctorCommand,
  RegisterDoctor,
  SetDateOverride,
  SetSchedule,
} from '../../domain/doctor/commands.js';
import type { DoctorState, RegisteredDoctor } from '../../domain/doctor/doctor.js';
import * as doctor from '../../domain/doctor/doctor.js';
import type { DoctorEvent } from '../../domain/doctor/events.js';
import { invariant } from '../../domain/invariant.js';
import type { RegisterPatient } from '../../domain/patient/patient.js';
import * as patient from '../../domain/patient/patient.js';
import type { Answer, CommandOptions } from '../answers/answer.js';
import type { Refusal } from '../answers/refusal.js';
import type { RegisteredPatient } from '../ports/directory.js';
import type { Actor, EventStore, RecordedEvent } from '../ports/event-store.js';
import type { IdGenerator } from '../ports/id-generator.js';
import type { AvailabilityNotices } from '../room/availability-notices.js';
import { createHandleOnce, saysTheSame } from '../streams/command-once.js';
import type { DoctorHandler, PatientHandler } from '../streams/stream-handlers.js';

/** Events read at a time to see how a doctor stood before one of them. */
const STREAM_PAGE = 200;

type Request<Command extends { type: string }> = Omit<Command, 'type'>;

export interface PatientRegistered extends Answer<RegisteredPatient> {
  /** Whether nothing was written by it now: whoever is answered with the patient has read it. */
  readonly isOnlyRead: boolean;
}

/** Doctors with their schedules, and patients. Whether the actor may is not asked here. */
export interface ChangePeople {
  registerDoctor(
    request: Request<RegisterDoctor>,
    actor: Actor,
    options?: CommandOptions,
  ): Promise<Answer<RegisteredDoctor> | Refusal>;
  registerPatient(
    request: Request<RegisterPatient>,
    actor: Actor,
    options?: CommandOptions,
  ): Promise<PatientRegistered | Refusal>;
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

export interface ChangePeopleDependencies {
  readonly doctors: DoctorHandler;
  readonly patients: PatientHandler;
  readonly notices: AvailabilityNotices;
  readonly eventStore: EventStore;
  readonly ids: IdGenerator;
}

export function createChangePeople(dependencies: ChangePeopleDependencies): ChangePeople {
  const { doctors, patients, notices, eventStore, ids } = dependencies;
  const doctorOnce = createHandleOnce({ category: 'doctor', handler: doctors, eventStore, ids });
  const patientOnce = createHandleOnce({ category: 'patient', handler: patients, eventStore, ids });

  async function changeDoctor(
    id: string,
    command: DoctorCommand,
    actor: Actor,
    options: CommandOptions | undefined,
  ): Promise<Answer<RegisteredDoctor> | Refusal> {
    const settled = await doctorOnce({
      id,
      actor,
      options,
      decide: (state) => doctor.decide(command, state),
      isRepeatOf: (original) => hasChanged(original, command),
      notFound: command.type === 'RegisterDoctor' ? null : 'doctor.not_found',
    });
    if (settled.outcome === 'refused') return settled;
    if (settled.hasHappened) await notices.reconsider(id);
    const { state, version } = settled;
    invariant(state.status === 'registered', 'an accepted command leaves a doctor');
    return { outcome: 'done', value: state, version };
  }

  /** Whether the command brings about what happened then where it happened, and leaves nothing to be done after it. */
  async function hasChanged(original: RecordedEvent, command: DoctorCommand): Promise<boolean> {
    const before = await stateBefore(original);
    const happened = await eventsWith(original);
    const decided = eventsOf(doctor.decide(command, before));
    const left = eventsOf(doctor.decide(command, happened.reduce(doctor.evolve, before)));
    return decided.length > 0 && left.length === 0 && saysTheSame(decided, happened.slice(0, decided.length));
  }

  /** A new schedule may be two events of one command: the zone, which has the key, and the windows. */
  async function eventsWith({
    streamId,
    version,
    ...original
  }: RecordedEvent): Promise<readonly DoctorEvent[]> {
    const [next] = await eventStore.readStream(streamId, version, 1);
    const isOneCommand =
      next?.event.type === 'WeeklyWindowsSet' &&
      original.event.type === 'DoctorTimeZoneChanged' &&
      next.occurredAt === original.occurredAt &&
      saysTheSame(next.actor, original.actor);
    const recorded = isOneCommand ? [original, next] : [original];
    return recorded.map(({ event }) => event as DoctorEvent);
  }

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
        isRepeatOf: ({ event }) => saysTheSame([event], eventsOf(decide(patient.initialPatient))),
        notFound: null,
      });
      if (settled.outcome === 'refused') return settled;
      const { state, version, isOnlyRead } = settled;
      invariant(state.status === 'registered', 'an accepted command leaves a patient');
      const { patientId, name } = state;
      return { outcome: 'done', value: { patientId, name }, version, isOnlyRead };
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
