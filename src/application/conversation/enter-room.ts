import { type Refusal, refuse } from '../answers/refusal.js';
import type { Attendee } from '../lookup/attendee.js';
import type { ConsultationContext, ConsultationContexts } from '../lookup/consultation-context.js';
import type { NoteLeave } from '../lookup/record-read.js';
import type { Broadcaster, ConnectionId } from '../ports/broadcaster.js';
import type { Clock } from '../ports/clock.js';
import type { Attendance } from '../room/attendance.js';
import type { AvailabilityNotices } from '../room/availability-notices.js';
import type { PublishMessages } from '../room/publish-messages.js';
import type { TellMarks } from '../room/tell-marks.js';
import type { ToldNames } from '../room/told-names.js';

/**
 * The refusal of a connection that is present in too many consultations. It may join another one once it has left
 * one.
 */
const TOO_MANY_JOINS = refuse('rate.limited', { retryAfterMs: 60_000 });

export interface JoinLimits {
  /** Consultations in which one connection may be present at the same time. */
  readonly maxJoinedConsultations: number;
  /** Milliseconds between two notices that a doctor is on duty. Whoever joins is told this interval. */
  readonly noticeIntervalMs: number;
}

/** Makes a connection present in a consultation. */
export interface EnterRoom {
  /** Why the connection may not enter one more consultation; null when it may, or is inside already. */
  limitReached(connectionId: ConnectionId, consultationId: string): Refusal | null;
  /**
   * Lets a connection in whose join has been recorded in the access log, and tells the others. It does not wait, so
   * that no message falls between those that are in the answer and those that this connection hears.
   *
   * @param before as whom the connection was present when its join was recorded.
   */
  enter(
    connectionId: ConnectionId,
    context: ConsultationContext,
    attendee: Attendee,
    before: Attendee | undefined,
  ): Refusal | null;
}

export interface EnterRoomDependencies {
  readonly contexts: Pick<ConsultationContexts, 'known'>;
  readonly attendance: Attendance;
  readonly notices: AvailabilityNotices;
  readonly publisher: PublishMessages;
  readonly marks: TellMarks;
  readonly toldNames: ToldNames;
  readonly broadcaster: Broadcaster;
  readonly noteLeave: NoteLeave;
  readonly limits: JoinLimits;
  readonly clock: Clock;
}

export function createEnterRoom(dependencies: EnterRoomDependencies): EnterRoom {
  const { contexts, attendance, notices, publisher, marks, toldNames } = dependencies;
  const { broadcaster, noteLeave, limits, clock } = dependencies;

  function limitReached(connectionId: ConnectionId, consultationId: string): Refusal | null {
    const isPresent = attendance.attendeeOf(connectionId, consultationId) !== undefined;
    const isOneTooMany = !isPresent && attendance.joinedBy(connectionId) >= limits.maxJoinedConsultations;
    return isOneTooMany ? TOO_MANY_JOINS : null;
  }

  function subscribe(connectionId: ConnectionId, context: ConsultationContext, attendee: Attendee): void {
    const { consultation, doctor, parties } = context;
    const { consultationId } = consultation;
    const arrived = attendance.join(connectionId, consultation, attendee);
    if (arrived === 'nothing') return;
    // While the join was being recorded, this room may have closed, opened again, and been told of newer changes.
    const known = contexts.known(context);
    publisher.openRoom(consultationId, known.lastSeq);
    marks.openRoom(known);
    toldNames.openRoom(consultationId, parties);
    broadcaster.admit(connectionId, consultationId);
    notices.watch(doctor);
    if (arrived === 'connection') return;
    const notification = { type: 'user_joined', consultationId, ...attendee, at: clock.now() } as const;
    broadcaster.publish(consultationId, notification, connectionId);
  }

  return {
    limitReached,
    enter: (connectionId, context, attendee, before) => {
      const { consultationId } = context.consultation;
      // Other joins of this connection may have been completed meanwhile.
      const refusal = limitReached(connectionId, consultationId);
      if (refusal === null) subscribe(connectionId, context, attendee);
      // The connection may also have closed meanwhile. A join that was recorded but came to nothing is recorded as left
      // at once, because nobody else will do it.
      const isThere = attendance.attendeeOf(connectionId, consultationId) !== undefined;
      if (before === undefined && !isThere) noteLeave(connectionId, consultationId, attendee);
      return refusal;
    },
  };
}
