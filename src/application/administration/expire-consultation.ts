import { decide } from '../../domain/consultation/consultation.js';
import { invariant } from '../../domain/invariant.js';
import { type Refusal, refusalOf } from '../answers/refusal.js';
import type { ConsultationContexts } from '../lookup/consultation-context.js';
import type { Actor } from '../ports/event-store.js';
import type { Attendance } from '../room/attendance.js';
import type { TellChanges } from '../room/tell-changes.js';
import type { ConsultationHandler } from '../streams/stream-handlers.js';

/** What has become of a consultation that was found due. */
export type Expired = { readonly outcome: 'expired' | 'nothing' } | Refusal;

/**
 * Deactivates a consultation that, according to the storage, has run out. If memory disagrees, memory may be wrong,
 * so the state is read again before the answer is `nothing`.
 */
export type ExpireConsultation = (id: string, actor: Actor) => Promise<Expired>;

export interface ExpireConsultationDependencies {
  readonly contexts: ConsultationContexts;
  readonly consultations: ConsultationHandler;
  readonly attendance: Pick<Attendance, 'room'>;
  readonly tell: TellChanges;
}

const EXPIRED: Expired = { outcome: 'expired' };
const NOTHING: Expired = { outcome: 'nothing' };

export function createExpireConsultation(dependencies: ExpireConsultationDependencies): ExpireConsultation {
  const { contexts, consultations, attendance, tell } = dependencies;

  async function expireOnce(id: string, actor: Actor): Promise<Expired> {
    const outcome = await consultations.handle({
      id,
      actor,
      decide: (state, now) => decide({ type: 'ExpireConsultation', now }, state),
    });
    if (outcome.outcome !== 'accepted') return refusalOf(outcome);
    const { state, events } = outcome;
    if (events.length === 0) return NOTHING;
    invariant(state.status !== 'not_opened', 'what has expired had been opened');
    // Most of the thousands that may run out together have nobody present, and for these no names are looked up.
    if (attendance.room(id) !== undefined) tell.consultationChanged(await contexts.refresh(state));
    return EXPIRED;
  }

  return async (id, actor) => {
    const outcome = await expireOnce(id, actor);
    if (outcome.outcome === 'expired' || isOverloaded(outcome)) return outcome;
    consultations.forget(id);
    return expireOnce(id, actor);
  };
}

/** Whether too much was waiting for the storage. This says nothing about the consultation. */
export function isOverloaded(outcome: Expired): boolean {
  return outcome.outcome === 'refused' && outcome.code === 'server.overloaded';
}
