import {
  type ConsultationState,
  decide,
  type ExistingConsultation,
} from '../domain/consultation/consultation.js';
import type { Instant } from '../domain/instant.js';
import { invariant } from '../domain/invariant.js';
import type { AvailabilityNotices } from './availability-notices.js';
import { type ConsultationFiles, viewOf } from './consultation-file.js';
import type { ConsultationHandler, DoctorHandler, PatientHandler } from './handlers.js';
import type { Broadcaster } from './ports/broadcaster.js';
import type { Actor } from './ports/event-store.js';
import { type Refusal, refusalOf, refuse } from './refusal.js';

/** Until when a consultation is to take messages: a moment, or minutes from now. */
export type Until = { readonly expiresAt: Instant } | { readonly durationMinutes: number };

export interface OpenConsultationRequest {
  readonly consultationId: string;
  readonly patientId: string;
  readonly doctorId: string;
  readonly expiresAt: Instant;
}

export interface Changed {
  readonly outcome: 'changed';
  readonly consultation: ExistingConsultation;
}

/**
 * The life of a consultation. Those who are present hear of each change as `consultation_updated`, and where it takes
 * messages again, how it stands with the doctor.
 */
export interface ChangeConsultation {
  open(request: OpenConsultationRequest, actor: Actor): Promise<Changed | Refusal>;
  extend(consultationId: string, expiresAt: Instant, actor: Actor): Promise<Changed | Refusal>;
  end(consultationId: string, actor: Actor): Promise<Changed | Refusal>;
  /** Deactivates a consultation that ran out. */
  expire(consultationId: string, actor: Actor): Promise<Changed | Refusal>;
  /** Makes one active again that has ended or run out. */
  reopen(consultationId: string, expiresAt: Instant, actor: Actor): Promise<Changed | Refusal>;
}

export interface ChangeConsultationDependencies {
  readonly files: ConsultationFiles;
  readonly consultations: ConsultationHandler;
  readonly doctors: DoctorHandler;
  readonly patients: PatientHandler;
  readonly notices: AvailabilityNotices;
  readonly broadcaster: Broadcaster;
}

type Decide = (state: ConsultationState, now: Instant) => ReturnType<typeof decide>;

export function createChangeConsultation(dependencies: ChangeConsultationDependencies): ChangeConsultation {
  const { files, consultations, doctors, patients, notices, broadcaster } = dependencies;

  async function change(id: string, actor: Actor, decideOn: Decide): Promise<Changed | Refusal> {
    const outcome = await consultations.handle({ id, actorOf: () => actor, decide: decideOn });
    if (outcome.outcome !== 'accepted') return refusalOf(outcome);
    const { state, events } = outcome;
    invariant(state.status !== 'not_opened', 'an accepted command leaves a consultation');
    if (events.length > 0) await tellThosePresent(id);
    return { outcome: 'changed', consultation: state };
  }

  async function tellThosePresent(consultationId: string): Promise<void> {
    const file = await files.find(consultationId);
    invariant(file !== null, 'a consultation that changed exists');
    const consultation = viewOf(file.consultation, file.parties);
    broadcaster.publish(consultationId, { type: 'consultation_updated', consultation });
    await notices.noteState(file.consultation);
  }

  return {
    open: async (request, actor) => {
      const [doctor, patient] = await Promise.all([
        doctors.current(request.doctorId),
        patients.current(request.patientId),
      ]);
      if (doctor.status === 'not_registered') return refuse('doctor.not_found', { field: 'doctorId' });
      if (patient.status === 'not_registered') return refuse('patient.not_found', { field: 'patientId' });
      return change(request.consultationId, actor, (state, now) =>
        decide({ type: 'OpenConsultation', now, ...request }, state),
      );
    },
    extend: (id, expiresAt, actor) =>
      change(id, actor, (state, now) => decide({ type: 'ExtendConsultation', now, expiresAt }, state)),
    end: (id, actor) => change(id, actor, (state, now) => decide({ type: 'EndConsultation', now }, state)),
    expire: (id, actor) =>
      change(id, actor, (state, now) => decide({ type: 'ExpireConsultation', now }, state)),
    reopen: (id, expiresAt, actor) =>
      change(id, actor, (state, now) => decide({ type: 'ReopenConsultation', now, expiresAt }, state)),
  };
}
