import { decide } from '../../domain/consultation/consultation.js';
import type { Sender } from '../../domain/consultation/events.js';
import { type Refusal, refusalOf, refuse } from '../answers/refusal.js';
import { type Access, mayBe, partyOf } from '../lookup/access.js';
import type { ConsultationContexts } from '../lookup/consultation-context.js';
import type { Requester } from '../lookup/requester.js';
import type { ConnectionId } from '../ports/broadcaster.js';
import type { Attendance } from '../room/attendance.js';
import type { TellMarks } from '../room/tell-marks.js';
import type { ConsultationHandler } from '../streams/stream-handlers.js';

export interface MarkReadRequest {
  readonly connectionId: ConnectionId;
  readonly consultationId: string;
  /** The party has read everything up to and including this `seq`. */
  readonly seq: number;
  /** Who read, if the caller said so; otherwise it is the party as which the connection is present. */
  readonly sender: Sender | null;
}

export interface MarkedRead {
  readonly outcome: 'marked';
  /** Where the mark is now. It never goes back. */
  readonly seq: number;
}

export type MarkRead = (by: Requester, request: MarkReadRequest) => Promise<MarkedRead | Refusal>;

export interface MarkReadDependencies {
  readonly contexts: ConsultationContexts;
  readonly consultations: ConsultationHandler;
  readonly attendance: Attendance;
  readonly marks: TellMarks;
}

/** Stores how far a party has read, and tells those present when the mark moves. */
export function createMarkRead(dependencies: MarkReadDependencies): MarkRead {
  const { contexts, consultations, attendance, marks } = dependencies;

  /** null while a caller of demo mode has not said who they are. */
  function readerFor(access: Access, request: MarkReadRequest): Sender | null {
    if (request.sender !== null) return request.sender;
    if (access.kind === 'party') return access.sender;
    return attendance.attendeeOf(request.connectionId, request.consultationId)?.sender ?? null;
  }

  return async ({ caller }, request) => {
    const { consultationId, seq } = request;
    const found = await contexts.findFor(caller, consultationId);
    if (found === null) return refuse('consultation.not_found');
    const { context, access } = found;
    if (access.kind === 'admin') return refuse('consultation.forbidden');
    const reader = readerFor(access, request);
    if (reader === null) {
      return refuse('request.invalid', {
        field: 'sender',
        reason: 'is required while the connection has not said who it is',
      });
    }
    if (!mayBe(access, reader)) return refuse('consultation.forbidden');
    const actor = partyOf(context.parties, reader);
    const outcome = await consultations.handle({
      id: consultationId,
      actor,
      decide: (state, now) => decide({ type: 'MarkRead', now, reader, seq }, state),
    });
    if (outcome.outcome !== 'accepted') return refusalOf(outcome);
    const [recorded] = outcome.events;
    if (recorded !== undefined) {
      const { occurredAt: at } = recorded;
      const userId = actor.id;
      marks.tell({ type: 'messages_read', consultationId, reader, userId, seq, at });
      return { outcome: 'marked', seq };
    }
    const { state } = outcome;
    return { outcome: 'marked', seq: state.status === 'not_opened' ? 0 : state.readSeq[reader] };
  };
}
