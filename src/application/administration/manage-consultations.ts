import type { Instant } from '../../domain/instant.js';
import { type Answer, type CommandOptions, NO_OPTIONS } from '../answers/answer.js';
import { type Refusal, refuse } from '../answers/refusal.js';
import { partyOf } from '../lookup/access.js';
import { type ConsultationContexts, type ReachedContext, viewOf } from '../lookup/consultation-context.js';
import type { RecordRead } from '../lookup/record-read.js';
import type { Requester } from '../lookup/requester.js';
import type { Actor } from '../ports/event-store.js';
import type { IdGenerator } from '../ports/id-generator.js';
import type { ConsultationView } from '../ports/notification.js';
import { idFor } from '../streams/command-once.js';
import { asAdmin } from './as-admin.js';
import type { ChangeConsultation, Changed } from './change-consultation.js';
import type { Until } from './until.js';

export interface OpenRequest {
  /**
   * null to have one made. With an idempotency key it is derived from the key, so that a repeat meets the same
   * consultation.
   */
  readonly consultationId: string | null;
  readonly patientId: string;
  readonly doctorId: string;
  readonly until: Until;
}

/**
 * Changes of consultations. Administrators may make all of them; doctors may extend and end their own consultations.
 * For anybody else, a consultation of other people does not exist. If a change wrote nothing and only showed the
 * present state, the access log has an entry before the answer.
 */
export interface ManageConsultations {
  openConsultation(
    by: Requester,
    request: OpenRequest,
    options?: CommandOptions,
  ): Promise<Answer<ConsultationView> | Refusal>;
  /** `durationMinutes` count from now. */
  extendConsultation(
    by: Requester,
    consultationId: string,
    until: Until,
    options?: CommandOptions,
  ): Promise<Answer<ConsultationView> | Refusal>;
  endConsultation(
    by: Requester,
    consultationId: string,
    options?: CommandOptions,
  ): Promise<Answer<ConsultationView> | Refusal>;
  /** Makes a consultation active again that was ended or has run out. */
  reopenConsultation(
    by: Requester,
    consultationId: string,
    expiresAt: Instant,
    options?: CommandOptions,
  ): Promise<Answer<ConsultationView> | Refusal>;
}

export interface ManageConsultationsDependencies {
  readonly changes: ChangeConsultation;
  readonly contexts: ConsultationContexts;
  readonly recordRead: RecordRead;
  readonly ids: IdGenerator;
}

export function createManageConsultations(
  dependencies: ManageConsultationsDependencies,
): ManageConsultations {
  const { changes, contexts, recordRead, ids } = dependencies;

  /**
   * Lets an administrator, or the doctor of the consultation, make a change. A party who may not is told so; to a
   * stranger the consultation does not exist.
   */
  async function change(
    by: Requester,
    consultationId: string,
    who: 'admins' | 'its doctor, too',
    act: (actor: Actor) => Promise<Changed | Refusal>,
  ): Promise<Answer<ConsultationView> | Refusal> {
    const { caller } = by;
    // An administrator may change any consultation. One that does not exist is refused by the change itself.
    if (caller.role === 'admin') return answerTo(by, await asAdmin(by, act));
    const found = await contexts.findFor(caller, consultationId);
    if (found === null) return refuse('consultation.not_found');
    const doctor = who === 'admins' ? null : doctorOf(found);
    return doctor === null ? refuse('auth.forbidden') : answerTo(by, await act(doctor));
  }

  /**
   * Answers a change. If it has written an event, that event is its record. If it was a repeat, it has only shown the
   * present state, which is recorded as a read.
   */
  async function answerTo(
    by: Requester,
    changed: Changed | Refusal,
  ): Promise<Answer<ConsultationView> | Refusal> {
    if (changed.outcome === 'refused') return changed;
    const { consultation, parties, version, isOnlyRead } = changed;
    const { consultationId } = consultation;
    const reading = { consultationId, parties, action: 'repeat_change' } as const;
    const withheld = isOnlyRead ? await recordRead(by, reading) : null;
    return withheld ?? { outcome: 'done', value: viewOf(consultation, parties), version };
  }

  return {
    openConsultation: async (by, request, options = NO_OPTIONS) => {
      const opened = await asAdmin(by, (admin) => {
        const consultationId = request.consultationId ?? idFor(ids, 'consultation', admin, options);
        return changes.open({ ...request, consultationId }, admin, options);
      });
      return answerTo(by, opened);
    },
    extendConsultation: (by, id, until, options) =>
      change(by, id, 'its doctor, too', (actor) => changes.extend(id, until, actor, options)),
    endConsultation: (by, id, options) =>
      change(by, id, 'its doctor, too', (actor) => changes.end(id, actor, options)),
    reopenConsultation: (by, id, expiresAt, options) =>
      change(by, id, 'admins', (admin) => changes.reopen(id, expiresAt, admin, options)),
  };
}

/** The caller, if they are the doctor of the consultation; otherwise null. */
function doctorOf({ access, context }: ReachedContext): Actor | null {
  const isDoctor = access.kind === 'party' && access.sender === 'doctor';
  return isDoctor ? partyOf(context.parties, 'doctor') : null;
}
