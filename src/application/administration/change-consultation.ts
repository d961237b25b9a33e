import {
  type ConsultationState,
  decide,
  type ExistingConsultation,
} from '../../domain/consultation/consultation.js';
import type { ConsultationEvent } from '../../domain/consultation/events.js';
import { type Instant, MINUTE_MS } from '../../domain/instant.js';
import { invariant } from '../../domain/invariant.js';
import type { CommandOptions } from '../answers/answer.js';
import { type Refusal, refusalOf, refuse } from '../answers/refusal.js';
import {
  type ConsultationContext,
  type ConsultationContexts,
  viewOf,
} from '../lookup/consultation-context.js';
import type { Broadcaster } from '../ports/broadcaster.js';
import type { Actor, EventStore } from '../ports/event-store.js';
import type { IdGenerator } from '../ports/id-generator.js';
import type { Parties } from '../ports/notification.js';
import type { Attendance } from '../room/attendance.js';
import type { AvailabilityNotices } from '../room/availability-notices.js';
import { createHandleOnce, saysTheSame } from '../streams/command-once.js';
import type { ConsultationHandler, DoctorHandler, PatientHandler } from '../streams/stream-handlers.js';

/** A consultation may be opened or extended for so many minutes from now; 366 days. */
export const MAX_DURATION_MINUTES = 366 * 24 * 60;

/** Until when a consultation is to take messages: a moment, or 1 to `MAX_DURATION_MINUTES` from now. */
export type Until = { readonly expiresAt: Instant } | { readonly durationMinutes: number };

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
  /** Of the consultation's stream. */
  readonly version: number;
  /** Whether nothing was written by it now: whoever is answered with the state has read it. */
  readonly isOnlyRead: boolean;
}

/** What has become of a consultation that was found due: it expired, or nothing happened. */
export type Expired = { readonly outcome: 'expired' | 'nothing' } | Refusal;

/**
 * The life of a consultation. Those who are present hear of each change as `consultation_updated`, and where it takes
 * messages again, how it stands with the doctor. Whether the actor may is not asked here.
 */
export interface ChangeConsultation {
  open(request: OpenConsultationRequest, actor: Actor, options?: CommandOptions): Promise<Changed | Refusal>;
  extend(id: string, until: Until, actor: Actor, options?: CommandOptions): Promise<Changed | Refusal>;
  end(id: string, actor: Actor, options?: CommandOptions): Promise<Changed | Refusal>;
  /**
   * Deactivates a consultation that the storage says has run out. Where memory says otherwise, it may be wrong: it is
   * read anew before nothing happens.
   */
  expire(id: string, actor: Actor): Promise<Expired>;
  /** Makes one active again that has ended or run out. */
  reopen(id: string, expiresAt: Instant, actor: Actor, options?: CommandOptions): Promise<Changed | Refusal>;
}

export interface ChangeConsultationDependencies {
  readonly contexts: ConsultationContexts;
  readonly consultations: ConsultationHandler;
  readonly doctors: DoctorHandler;
  readonly patients: PatientHandler;
  readonly attendance: Pick<Attendance, 'room'>;
  readonly notices: AvailabilityNotices;
  readonly broadcaster: Broadcaster;
  readonly eventStore: EventStore;
  readonly ids: IdGenerator;
}

interface Change {
  readonly id: string;
  readonly actor: Actor;
  readonly options?: CommandOptions | undefined;
  readonly decide: (state: ConsultationState, now: Instant) => ReturnType<typeof decide>;
  /** The event that it brings about at a time: it depends on nothing else. */
  readonly event: (at: Instant) => ConsultationEvent;
}

export function createChangeConsultation(dependencies: ChangeConsultationDependencies): ChangeConsultation {
  const { contexts, consultations, doctors, patients, attendance, notices, broadcaster, eventStore, ids } =
    dependencies;
  const handleOnce = createHandleOnce({ category: 'consultation', handler: consultations, eventStore, ids });

  async function change({ id, actor, options, ...command }: Change): Promise<Changed | Refusal> {
    const settled = await handleOnce({
      id,
      actor,
      options,
      decide: command.decide,
      isRepeatOf: ({ event, occurredAt }) => saysTheSame(event, command.event(occurredAt)),
      notFound: 'consultation.not_found',
    });
    if (settled.outcome === 'refused') return settled;
    const { state, version, hasHappened, isOnlyRead } = settled;
    invariant(state.status !== 'not_opened', 'an accepted command leaves a consultation');
    const context = await contexts.find(id);
    invariant(context !== null, 'a consultation that changed exists');
    if (hasHappened) await tell(context);
    return { outcome: 'changed', consultation: state, parties: context.parties, version, isOnlyRead };
  }

  async function tell({ consultation, parties }: ConsultationContext): Promise<void> {
    const view = viewOf(consultation, parties);
    broadcaster.publish(consultation.consultationId, { type: 'consultation_updated', consultation: view });
    await notices.consultationChanged(consultation);
  }

  async function expireOnce(id: string, actor: Actor): Promise<Expired> {
    const outcome = await consultations.handle({
      id,
      actorOf: () => actor,
      decide: (state, now) => decide({ type: 'ExpireConsultation', now }, state),
    });
    if (outcome.outcome !== 'accepted') return refusalOf(outcome);
    if (outcome.events.length === 0) return NOTHING;
    // Most of the thousands that may run out together have nobody in them: nobody's name is looked up for those.
    const context = attendance.room(id) === undefined ? null : await contexts.find(id);
    if (context !== null) await tell(context);
    return EXPIRED;
  }

  return {
    open: async ({ until, ...request }, actor, options) => {
      const { consultationId: id, doctorId, patientId } = request;
      const [doctor, patient] = await Promise.all([doctors.current(doctorId), patients.current(patientId)]);
      if (doctor.status === 'not_registered') return refuse('doctor.not_found', { field: 'doctorId' });
      if (patient.status === 'not_registered') return refuse('patient.not_found', { field: 'patientId' });
      const event = (at: Instant): ConsultationEvent => ({
        type: 'ConsultationOpened',
        data: { ...request, expiresAt: expiryOf(until, at) },
      });
      return during(until, () =>
        change({
          id,
          actor,
          options,
          event,
          decide: (state, now) =>
            decide({ type: 'OpenConsultation', now, ...request, expiresAt: expiryOf(until, now) }, state),
        }),
      );
    },
    extend: async (id, until, actor, options) =>
      during(until, () =>
        change({
          id,
          actor,
          options,
          event: (at) => ({
            type: 'ConsultationExtended',
            data: { consultationId: id, expiresAt: expiryOf(until, at) },
          }),
          decide: (state, now) =>
            decide({ type: 'ExtendConsultation', now, expiresAt: expiryOf(until, now) }, state),
        }),
      ),
    end: (id, actor, options) =>
      change({
        id,
        actor,
        options,
        event: () => ({ type: 'ConsultationEnded', data: { consultationId: id } }),
        decide: (state, now) => decide({ type: 'EndConsultation', now }, state),
      }),
    expire: async (id, actor) => {
      const outcome = await expireOnce(id, actor);
      if (outcome.outcome === 'expired' || isOverloaded(outcome)) return outcome;
      consultations.forget(id);
      return expireOnce(id, actor);
    },
    reopen: (id, expiresAt, actor, options) =>
      change({
        id,
        actor,
        options,
        event: () => ({ type: 'ConsultationReopened', data: { consultationId: id, expiresAt } }),
        decide: (state, now) => decide({ type: 'ReopenConsultation', now, expiresAt }, state),
      }),
  };
}

const EXPIRED: Expired = { outcome: 'expired' };
const NOTHING: Expired = { outcome: 'nothing' };

/** Too much was waiting for the storage: it says nothing about the consultation. */
export function isOverloaded(outcome: Expired): boolean {
  return outcome.outcome === 'refused' && outcome.code === 'server.overloaded';
}

function expiryOf(until: Until, now: Instant): Instant {
  return 'expiresAt' in until ? until.expiresAt : now + until.durationMinutes * MINUTE_MS;
}

/** What is wrong with the time is said of what the caller has named: a moment or a number of minutes. */
async function during(until: Until, change: () => Promise<Changed | Refusal>): Promise<Changed | Refusal> {
  if ('expiresAt' in until) return change();
  const field = 'durationMinutes';
  const { durationMinutes } = until;
  if (!Number.isInteger(durationMinutes) || durationMinutes < 1 || durationMinutes > MAX_DURATION_MINUTES) {
    const reason = `must be a whole number from 1 through ${MAX_DURATION_MINUTES}`;
    return refuse('request.invalid', { field, reason });
  }
  const outcome = await change();
  if (outcome.outcome === 'changed' || outcome.field !== 'expiresAt') return outcome;
  return refuse('request.invalid', { field, reason: 'must reach beyond the present expiresAt' });
}
