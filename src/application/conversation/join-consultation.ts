import { isOpenForMessages } from '../../domain/consultation/consultation.js';
import type { Sender } from '../../domain/consultation/events.js';
import type { Instant } from '../../domain/instant.js';
import { type Refusal, refuse } from '../answers/refusal.js';
import { type Access, mayBe } from '../lookup/access.js';
import type { Attendee } from '../lookup/attendee.js';
import {
  type ConsultationContext,
  type ConsultationContexts,
  openUntil,
  viewOf,
} from '../lookup/consultation-context.js';
import type { DoctorAvailability } from '../lookup/doctor-availability.js';
import type { NoteLeave, RecordRead } from '../lookup/record-read.js';
import type { Requester } from '../lookup/requester.js';
import type { Broadcaster, ConnectionId } from '../ports/broadcaster.js';
import type { Clock } from '../ports/clock.js';
import type { ChatMessage, ConsultationView, Parties } from '../ports/notification.js';
import type { Attendance } from '../room/attendance.js';
import type { AvailabilityNotices } from '../room/availability-notices.js';
import type { PublishMessages } from '../room/publish-messages.js';
import { MAX_PAGE_MESSAGES } from './get-messages.js';
import type { ReadMessages } from './read-messages.js';

/** It passes once the connection has left another one. */
const TOO_MANY_JOINS = refuse('rate.limited', { retryAfterMs: 60_000 });

export interface JoinLimits {
  /** That one connection is present in at the same time. */
  readonly maxJoinedConsultations: number;
}

export interface JoinConsultationRequest {
  readonly connectionId: ConnectionId;
  readonly consultationId: string;
  /** As whom, where the caller said so. */
  readonly sender: Sender | null;
  /** The last `seq` that the caller has; null for no messages in the answer. */
  readonly after: number | null;
}

export interface Joined {
  readonly outcome: 'joined';
  readonly consultation: ConsultationView;
  readonly doctor: { readonly open: boolean; readonly nextOpeningAt: Instant | null };
  /** The last message's `seq`; 0 when there is none. */
  readonly headSeq: number;
  /** A page of those behind `after`: where its last is not `headSeq`, there are more. */
  readonly messages: readonly ChatMessage[];
  /** The people who are present now, the one who joins included; each once. */
  readonly present: readonly Attendee[];
}

export type JoinConsultation = (by: Requester, request: JoinConsultationRequest) => Promise<Joined | Refusal>;

export interface JoinConsultationDependencies {
  readonly contexts: ConsultationContexts;
  readonly attendance: Attendance;
  readonly availability: DoctorAvailability;
  readonly notices: AvailabilityNotices;
  readonly readMessages: ReadMessages;
  readonly publisher: PublishMessages;
  readonly broadcaster: Broadcaster;
  readonly recordRead: RecordRead;
  readonly noteLeave: NoteLeave;
  readonly limits: JoinLimits;
  readonly clock: Clock;
}

/** Subscribes first and reads second, so that no message falls between the answer and the live ones. */
export function createJoinConsultation(dependencies: JoinConsultationDependencies): JoinConsultation {
  const { contexts, attendance, availability, notices, readMessages, publisher } = dependencies;
  const { broadcaster, recordRead, noteLeave, limits, clock } = dependencies;

  function isOneTooMany({ connectionId, consultationId }: JoinConsultationRequest): boolean {
    const isPresent = attendance.attendeeOf(connectionId, consultationId) !== undefined;
    return !isPresent && attendance.joinedBy(connectionId) >= limits.maxJoinedConsultations;
  }

  function subscribe(
    request: JoinConsultationRequest,
    context: ConsultationContext,
    attendee: Attendee,
  ): void {
    const { connectionId, consultationId } = request;
    const arrived = attendance.join(connectionId, consultationId, context.doctor.doctorId, attendee);
    if (arrived === 'nothing') return;
    attendance.setOpenUntil(consultationId, openUntil(context.consultation));
    publisher.openRoom(consultationId, contexts.lastSeq(context));
    broadcaster.admit(connectionId, consultationId);
    notices.watch(context.doctor);
    if (arrived === 'connection') return;
    const notification = { type: 'user_joined', consultationId, ...attendee, at: clock.now() } as const;
    broadcaster.publish(consultationId, notification, connectionId);
  }

  /** Subscribes who has been recorded. What was recorded as a join and came to nothing is left at once: nobody else will. */
  function enter(
    request: JoinConsultationRequest,
    context: ConsultationContext,
    attendee: Attendee,
    before: Attendee | undefined,
  ): Refusal | null {
    const { connectionId, consultationId } = request;
    // Others that were asked for at the same time may have come first.
    const refusal = isOneTooMany(request) ? TOO_MANY_JOINS : null;
    if (refusal === null) subscribe(request, context, attendee);
    // The connection may have gone meanwhile as well.
    const isThere = attendance.attendeeOf(connectionId, consultationId) !== undefined;
    if (before === undefined && !isThere) noteLeave(connectionId, consultationId, attendee);
    return refusal;
  }

  /** None where too many pages are being read for the same person: they are inside, and ask for what is missing. */
  async function messagesAfter(
    by: Requester,
    { consultationId, after }: JoinConsultationRequest,
    parties: Parties,
  ): Promise<readonly ChatMessage[]> {
    if (after === null) return [];
    const wanted = { consultationId, from: { after }, limit: MAX_PAGE_MESSAGES };
    const read = await readMessages(by, wanted, parties);
    return read.outcome === 'refused' ? [] : read.value;
  }

  function record(
    by: Requester,
    request: JoinConsultationRequest,
    parties: Parties,
    present: Attendee | undefined,
  ): Promise<Refusal | null> {
    const { consultationId, sender } = request;
    const action = present === undefined ? 'join' : 'catch_up';
    return recordRead(by, { consultationId, parties, action, claimed: present?.sender ?? sender });
  }

  return async (by, request) => {
    const { connectionId, consultationId } = request;
    if (isOneTooMany(request)) return TOO_MANY_JOINS;
    const found = await contexts.findFor(by.caller, consultationId);
    if (found === null) return refuse('consultation.not_found');
    const { context, access } = found;
    const attendee = attendeeOf(by, access, request, context.parties);
    if (attendee === null) return refuse('consultation.forbidden');
    const before = attendance.attendeeOf(connectionId, consultationId);
    const withheld = await record(by, request, context.parties, before);
    if (withheld !== null) return withheld;
    const refusal = enter(request, context, attendee, before);
    if (refusal !== null) return refusal;
    const messages = await messagesAfter(by, request, context.parties);
    // The schedule may have changed meanwhile as well: those present have been told, and must not hear the old one now.
    const { consultation, doctor } = await contexts.refresh(context);
    attendance.setOpenUntil(consultationId, openUntil(consultation));

    const now = clock.now();
    const schedule = availability(doctor);
    const open = schedule.isOpenAt(now);
    const { doctorId } = doctor;
    if (open && isOpenForMessages(consultation, now)) {
      broadcaster.notify(connectionId, { type: 'doctor_ready', consultationId, doctorId });
    }
    return {
      outcome: 'joined',
      consultation: viewOf(consultation, context.parties),
      doctor: { open, nextOpeningAt: schedule.nextOpeningAt(now) },
      headSeq: Math.max(consultation.lastSeq, messages.at(-1)?.seq ?? 0),
      messages,
      present: attendance.present(consultationId),
    };
  };
}

/** null for somebody who says that they are the other party. In demo mode, who does not say goes by the connection's id. */
function attendeeOf(
  { caller }: Requester,
  access: Access,
  request: JoinConsultationRequest,
  parties: Parties,
): Attendee | null {
  const sender = request.sender ?? (access.kind === 'party' ? access.sender : null);
  if (sender !== null && !mayBe(access, sender)) return null;
  switch (sender) {
    case 'user':
      return { userId: parties.patient.id, sender: 'user' };
    case 'doctor':
      return { userId: parties.doctor.id, sender: 'doctor' };
    case null:
      return { userId: caller.role === 'anyone' ? request.connectionId : caller.id, sender: null };
  }
}
