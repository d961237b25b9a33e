import { isOpenForMessages } from '../../domain/consultation/consultation.js';
import type { Sender } from '../../domain/consultation/events.js';
import type { Instant } from '../../domain/instant.js';
import { type Refusal, refuse } from '../answers/refusal.js';
import { type Access, mayBe, partyOf } from '../lookup/access.js';
import type { Attendee } from '../lookup/attendee.js';
import {
  type ConsultationContext,
  type ConsultationContexts,
  viewOf,
} from '../lookup/consultation-context.js';
import type { DoctorAvailability } from '../lookup/doctor-availability.js';
import { isStored } from '../lookup/is-stored.js';
import type { Reading, RecordRead } from '../lookup/record-read.js';
import type { Requester } from '../lookup/requester.js';
import type { ConnectionId } from '../ports/broadcaster.js';
import type { MessageHistory } from '../ports/message-history.js';
import type { ChatMessage, ConsultationView, Parties } from '../ports/notification.js';
import { doctorReady } from '../room/doctor-notice.js';
import type { TellChanges } from '../room/tell-changes.js';
import { createEnterRoom, type EnterRoomDependencies } from './enter-room.js';
import { MAX_PAGE_MESSAGES } from './get-messages.js';
import { headSeqOf, type ReadMessages } from './read-messages.js';

export interface JoinConsultationRequest {
  readonly connectionId: ConnectionId;
  readonly consultationId: string;
  /** The party as which the caller joins, if they said so. */
  readonly sender: Sender | null;
  /** The last `seq` that the caller has; null to get no messages in the answer. */
  readonly after: number | null;
  /** The last message that the caller has; left out by those who have none, or do not say. */
  readonly last?: { readonly seq: number; readonly messageId: string } | null | undefined;
}

export interface Joined {
  readonly outcome: 'joined';
  readonly consultation: ConsultationView;
  readonly doctor: {
    readonly open: boolean;
    readonly nextOpeningAt: Instant | null;
    readonly timeZone: string;
    /** Milliseconds between two notices that the doctor is on duty. */
    readonly noticeIntervalMs: number;
  };
  /** When this was answered, so that a caller can tell how far off its own clock is. */
  readonly now: Instant;
  /** The last message's `seq`; 0 when there is none. */
  readonly headSeq: number;
  /** A page of the messages after `after`. There are more if the last one's `seq` is below `headSeq`. */
  readonly messages: readonly ChatMessage[];
  /** The people who are present now, the one who joins included; each once. */
  readonly present: readonly Attendee[];
  /** Whether the caller's last message is not stored as that: the store has lost it since, and perhaps more. */
  readonly isOtherHistory: boolean;
}

export type JoinConsultation = (by: Requester, request: JoinConsultationRequest) => Promise<Joined | Refusal>;

export interface JoinConsultationDependencies extends EnterRoomDependencies {
  readonly contexts: ConsultationContexts;
  readonly availability: DoctorAvailability;
  readonly readMessages: ReadMessages;
  readonly history: Pick<MessageHistory, 'after'>;
  readonly tell: TellChanges;
  readonly recordRead: RecordRead;
}

/** Subscribes first and reads second, so that no message falls between the answer and the live messages. */
export function createJoinConsultation(dependencies: JoinConsultationDependencies): JoinConsultation {
  const { contexts, attendance, availability, readMessages, tell, broadcaster, recordRead, clock } =
    dependencies;
  const { history, notices } = dependencies;
  const { noticeIntervalMs } = dependencies.limits;
  const room = createEnterRoom(dependencies);

  /**
   * Returns no messages if too many reads of the same person are waiting. The person has joined, and can ask for the
   * messages later.
   */
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

  /** Nothing of what is read is told. It goes with the page in one statement. */
  async function isOtherHistory({ consultationId, last }: JoinConsultationRequest): Promise<boolean> {
    if (last == null || last.seq === 0) return false;
    return !(await isStored(history, consultationId, last));
  }

  /** Answers with the present state. If messages would be accepted now, the connection is also sent `doctor_ready`. */
  function answer(
    connectionId: ConnectionId,
    { consultation, doctor, parties }: ConsultationContext,
    messages: readonly ChatMessage[],
    isOtherHistory: boolean,
  ): Joined {
    const { consultationId } = consultation;
    const { doctorId } = doctor;
    const now = clock.now();
    const schedule = availability(doctor);
    const open = schedule.isOpenAt(now);
    notices.watch(doctor);
    if (open && isOpenForMessages(consultation, now)) {
      broadcaster.notify(connectionId, doctorReady(consultationId, doctorId));
    }
    return {
      outcome: 'joined',
      consultation: viewOf(consultation, parties),
      doctor: {
        open,
        nextOpeningAt: schedule.nextOpeningAt(now),
        timeZone: doctor.schedule.timeZone,
        noticeIntervalMs,
      },
      now,
      headSeq: headSeqOf(consultation.lastSeq, messages),
      messages,
      present: attendance.present(consultationId),
      isOtherHistory,
    };
  }

  return async (by, request) => {
    const { connectionId, consultationId } = request;
    const oneTooMany = room.limitReached(connectionId, consultationId);
    if (oneTooMany !== null) return oneTooMany;
    const found = await contexts.findFor(by.caller, consultationId);
    if (found === null) return refuse('consultation.not_found');
    const { context, access } = found;
    const attendee = attendeeOf(by, access, request, context.parties);
    if (attendee === null) return refuse('consultation.forbidden');
    const before = attendance.attendeeOf(connectionId, consultationId);
    const withheld = await recordRead(by, readingOf(request, context.parties, before));
    if (withheld !== null) return withheld;
    const refusal = room.enter(connectionId, context, attendee, before);
    if (refusal !== null) return refusal;
    const [messages, isOther] = await Promise.all([
      messagesAfter(by, request, context.parties),
      isOtherHistory(request),
    ]);
    // Those present have been told of every change that was made meanwhile, to the schedule, too. This answer must
    // not contradict it.
    const latest = await contexts.latest(context.consultation);
    if (tell.isBehind(latest)) tell.consultationChanged(latest);
    return answer(connectionId, latest, messages, isOther);
  };
}

/**
 * The part of a join that a connection gets which is present already: it only catches up, as the party that it is
 * present as.
 */
function readingOf(
  { consultationId, sender }: JoinConsultationRequest,
  parties: Parties,
  present: Attendee | undefined,
): Reading {
  const action = present === undefined ? 'join' : 'catch_up';
  return { consultationId, parties, action, claimed: present?.sender ?? sender };
}

/**
 * As whom the caller joins; null if they claim to be the other party. In demo mode, somebody who claims nothing is
 * known by the connection's id.
 */
function attendeeOf(
  { caller }: Requester,
  access: Access,
  request: JoinConsultationRequest,
  parties: Parties,
): Attendee | null {
  const sender = request.sender ?? (access.kind === 'party' ? access.sender : null);
  if (sender !== null && !mayBe(access, sender)) return null;
  if (sender !== null) return { userId: partyOf(parties, sender).id, sender };
  return { userId: caller.role === 'anyone' ? request.connectionId : caller.id, sender: null };
}
