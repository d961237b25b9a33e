import {
  type ConsultationState,
  decide,
  type ExistingConsultation,
} from '../../domain/consultation/consultation.js';
import type { ConsultationEvent } from '../../domain/consultation/events.js';
import type { Instant } from '../../domain/instant.js';
import { invariant } from '../../domain/invariant.js';
import type { CommandOptions } from '../answers/answer.js';
import { type Refusal, refuse } from '../answers/refusal.js';
import type { ConsultationContexts } from '../lookup/consultation-context.js';
import type { Actor, EventStore } from '../ports/event-store.js';
import type { IdGenerator } from '../ports/id-generator.js';
import type { Parties } from '../ports/notification.js';
import type { TellChanges } from '../room/tell-changes.js';
import { createHandleOnce, saysTheSame } from '../streams/command-once.js';
import type { ConsultationHandler, DoctorHandler, PatientHandler } from '../streams/stream-handlers.js';
import { checkUntil, expiryOf, inTermsOf, type Until } from './until.js';

export interface OpenConsultationRequest {
  readonly consultationId: string;
  readonly patientId: string;
  readonly doctorId: string;
  readonly until: Until;
}

export interface Changed {
  readonly outcome: 'changed';
  readonly consultation: ExistingConsultation;
  readonly parties: Parties;
  /** The version of the consultation's stream. */
  readonly version: number;
  /**
   * Whether nothing was written this time. The caller was then only shown the present state, which counts as reading
   * it.
   */
  readonly isOnlyRead: boolean;
}

/**
 * The changes in the life of a consultation. Those present hear of each change as `consultation_updated`. If the
 * consultation takes messages again, they also hear whether the doctor is on duty. The caller of these functions has
 * checked that the actor may.
 */
export interface ChangeConsultation {
  open(request: OpenConsultationRequest, actor: Actor, options?: CommandOptions): Promise<Changed | Refusal>;
  extend(id: string, until: Until, actor: Actor, options?: CommandOptions): Promise<Changed | Refusal>;
  end(id: string, actor: Actor, options?: CommandOptions): Promise<Changed | Refusal>;
  /** Makes a consultation active again that was ended or has run out. */
  reopen(id: string, expiresAt: Instant, actor: Actor, options?: CommandOptions): Promise<Changed | Refusal>;
}

export interface ChangeConsultationDependencies {
  readonly contexts: ConsultationContexts;
  readonly consultations: ConsultationHandler;
  readonly doctors: DoctorHandler;
  readonly patients: PatientHandler;
  readonly tell: TellChanges;
  readonly eventStore: EventStore;
  readonly ids: IdGenerator;
}

/** One of the changes, as the domain decides it. */
interface Change {
  readonly decide: (state: ConsultationState, now: Instant) => ReturnType<typeof decide>;
  /**
   * The event that the change brings about at that instant. It depends on nothing else, so a repeat can be compared
   * with it.
   */
  readonly event: (at: Instant) => ConsultationEvent;
}

export function createChangeConsultation(dependencies: ChangeConsultationDependencies): ChangeConsultation {
  const { contexts, consultations, doctors, patients, tell, eventStore, ids } = dependencies;
  const handleOnce = createHandleOnce({ category: 'consultation', handler: consultations, eventStore, ids });

  async function make(
    { decide, event: eventAt }: Change,
    id: string,
    actor: Actor,
    options?: CommandOptions,
  ): Promise<Changed | Refusal> {
    const settled = await handleOnce({
      id,
      actor,
      options,
      decide,
      isRepeatOf: ({ event, occurredAt }) => saysTheSame(event, eventAt(occurredAt)),
      notFound: 'consultation.not_found',
    });
    if (settled.outcome === 'refused') return settled;
    const { state: consultation, version, hasHappened, isOnlyRead } = settled;
    invariant(consultation.status !== 'not_opened', 'an accepted command leaves a consultation');
    // Changes that were made at the same time may be answered in any order, so those present are told of the latest
    // state.
    const latest = await contexts.refresh(consultation);
    if (hasHappened) tell.consultationChanged(latest);
    return { outcome: 'changed', consultation, parties: latest.parties, version, isOnlyRead };
  }

  async function makeUntil(until: Until, ...change: Parameters<typeof make>): Promise<Changed | Refusal> {
    const invalid = checkUntil(until);
    if (invalid !== null) return invalid;
    const outcome = await make(...change);
    return outcome.outcome === 'refused' ? inTermsOf(until, outcome) : outcome;
  }

  return {
    open: async (request, actor, options) => {
      const { consultationId: id, doctorId, patientId, until } = request;
      const [doctor, patient] = await Promise.all([doctors.current(doctorId), patients.current(patientId)]);
      if (doctor.status === 'not_registered') return refuse('doctor.not_found', { field: 'doctorId' });
      if (patient.status === 'not_registered') return refuse('patient.not_found', { field: 'patientId' });
      return makeUntil(until, opening(request), id, actor, options);
    },
    extend: (id, until, actor, options) => makeUntil(until, extension(id, until), id, actor, options),
    end: (id, actor, options) => make(ending(id), id, actor, options),
    reopen: (id, expiresAt, actor, options) => make(reopening(id, expiresAt), id, actor, options),
  };
}

function opening({ until, ...request }: OpenConsultationRequest): Change {
  return {
    event: (at) => ({ type: 'ConsultationOpened', data: { ...request, expiresAt: expiryOf(until, at) } }),
    decide: (state, now) =>
      decide({ type: 'OpenConsultation', now, ...request, expiresAt: expiryOf(until, now) }, state),
  };
}

function extension(consultationId: string, until: Until): Change {
  return {
    event: (at) => ({
      type: 'ConsultationExtended',
      data: { consultationId, expiresAt: expiryOf(until, at) },
    }),
    decide: (state, now) =>
      decide({ type: 'ExtendConsultation', now, expiresAt: expiryOf(until, now) }, state),
  };
}

function ending(consultationId: string): Change {
  return {
    event: () => ({ type: 'ConsultationEnded', data: { consultationId } }),
    decide: (state, now) => decide({ type: 'EndConsultation', now }, state),
  };
}

function reopening(consultationId: string, expiresAt: Instant): Change {
  return {
    event: () => ({ type: 'ConsultationReopened', data: { consultationId, expiresAt } }),
    decide: (state, now) => decide({ type: 'ReopenConsultation', now, expiresAt }, state),
  };
}
