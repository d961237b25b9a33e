import type { ExistingConsultation } from '../../domain/consultation/consultation.js';
import type { Sender } from '../../domain/consultation/events.js';
import { type Refusal, refuse } from '../answers/refusal.js';
import { type Access, mayBe, partyOf } from '../lookup/access.js';
import { type ConsultationContexts, type ReachedContext, viewOf } from '../lookup/consultation-context.js';
import type { Requester } from '../lookup/requester.js';
import type { ConnectionId } from '../ports/broadcaster.js';
import type { Actor } from '../ports/event-store.js';
import type { ConsultationView, Parties } from '../ports/notification.js';
import type { Attendance } from '../room/attendance.js';

export interface EndRequest {
  readonly connectionId: ConnectionId;
  readonly consultationId: string;
  /** Who ends it, if the caller said so; otherwise it is the party as which the connection is present. */
  readonly sender: Sender | null;
}

export interface ExtendRequest extends EndRequest {
  /** From now: a whole number from 1 to 527,040, which is 366 days. */
  readonly durationMinutes: number;
}

export interface OwnConsultationChanged {
  readonly outcome: 'changed';
  readonly consultation: ConsultationView;
}

/**
 * The changes that doctors may make to their own consultations on a connection, and administrators to any. Those
 * present are told by `consultation_updated`.
 */
export interface ChangeOwnConsultation {
  end(by: Requester, request: EndRequest): Promise<OwnConsultationChanged | Refusal>;
  extend(by: Requester, request: ExtendRequest): Promise<OwnConsultationChanged | Refusal>;
}

interface Changed {
  readonly outcome: 'changed';
  readonly consultation: ExistingConsultation;
  readonly parties: Parties;
}

export interface ChangeOwnConsultationDependencies {
  readonly contexts: ConsultationContexts;
  readonly attendance: Attendance;
  /** Makes the changes. It does not check whether the actor may. */
  readonly changes: {
    extend(id: string, until: { readonly durationMinutes: number }, actor: Actor): Promise<Changed | Refusal>;
    end(id: string, actor: Actor): Promise<Changed | Refusal>;
  };
}

export function createChangeOwnConsultation(
  dependencies: ChangeOwnConsultationDependencies,
): ChangeOwnConsultation {
  const { contexts, attendance, changes } = dependencies;

  /** null while a caller of demo mode has not said who they are. */
  function claimedBy(access: Access, request: EndRequest): Sender | null {
    if (request.sender !== null) return request.sender;
    if (access.kind === 'party') return access.sender;
    return attendance.attendeeOf(request.connectionId, request.consultationId)?.sender ?? null;
  }

  function actorFor({ caller }: Requester, found: ReachedContext, request: EndRequest): Actor | Refusal {
    const { access, context } = found;
    if (caller.role === 'admin') return { kind: 'admin', id: caller.id };
    const claimed = claimedBy(access, request);
    if (claimed === null) {
      const reason = 'is required while the connection has not said who it is';
      return refuse('request.invalid', { field: 'sender', reason });
    }
    const isDoctor = claimed === 'doctor' && mayBe(access, 'doctor');
    return isDoctor ? partyOf(context.parties, 'doctor') : refuse('consultation.forbidden');
  }

  async function change(
    by: Requester,
    request: EndRequest,
    act: (actor: Actor) => Promise<Changed | Refusal>,
  ): Promise<OwnConsultationChanged | Refusal> {
    const found = await contexts.findFor(by.caller, request.consultationId);
    if (found === null) return refuse('consultation.not_found');
    const actor = actorFor(by, found, request);
    if ('outcome' in actor) return actor;
    const changed = await act(actor);
    if (changed.outcome === 'refused') return changed;
    return { outcome: 'changed', consultation: viewOf(changed.consultation, changed.parties) };
  }

  return {
    end: (by, request) => change(by, request, (actor) => changes.end(request.consultationId, actor)),
    extend: (by, request) => {
      const { consultationId, durationMinutes } = request;
      return change(by, request, (actor) => changes.extend(consultationId, { durationMinutes }, actor));
    },
  };
}
