import type { NoteLeave } from '../lookup/record-read.js';
import type { Broadcaster, ConnectionId } from '../ports/broadcaster.js';
import type { Clock } from '../ports/clock.js';
import type { Attendance, Departure } from './attendance.js';
import type { Typing } from './typing.js';

export interface LeaveConsultation {
  /** Leaves a consultation. Nothing happens if the connection is not present in it. */
  leave(connectionId: ConnectionId, consultationId: string): void;
  /** Leaves every consultation, because the connection belongs to somebody else now. */
  leaveAll(connectionId: ConnectionId): void;
  /** Leaves every consultation, because the connection is gone. */
  disconnect(connectionId: ConnectionId): void;
}

export interface LeaveConsultationDependencies {
  readonly attendance: Attendance;
  readonly typing: Typing;
  readonly broadcaster: Broadcaster;
  /** Called for each connection that leaves, so that the access log shows how long somebody stayed on each device. */
  readonly noteLeave: NoteLeave;
  /** Called for each connection that is gone, or belongs to somebody else now. */
  readonly unwatchInbox: (connectionId: ConnectionId) => void;
  readonly clock: Clock;
}

export function createLeaveConsultation(dependencies: LeaveConsultationDependencies): LeaveConsultation {
  const { attendance, typing, broadcaster, noteLeave, unwatchInbox, clock } = dependencies;

  function announce(connectionId: ConnectionId, departure: Departure): void {
    const { consultationId, userId, sender, isPersonGone } = departure;
    noteLeave(connectionId, consultationId, { userId, sender });
    typing.clear(connectionId, consultationId, { userId, sender });
    if (!isPersonGone) return;
    const at = clock.now();
    broadcaster.publish(consultationId, { type: 'user_left', consultationId, userId, sender, at });
  }

  return {
    leave: (connectionId, consultationId) => {
      const departure = attendance.leave(connectionId, consultationId);
      if (departure === null) return;
      broadcaster.dismiss(connectionId, consultationId);
      announce(connectionId, departure);
    },
    leaveAll: (connectionId) => {
      unwatchInbox(connectionId);
      const departures = attendance.disconnect(connectionId);
      attendance.connect(connectionId);
      for (const departure of departures) {
        broadcaster.dismiss(connectionId, departure.consultationId);
        announce(connectionId, departure);
      }
    },
    disconnect: (connectionId) => {
      unwatchInbox(connectionId);
      for (const departure of attendance.disconnect(connectionId)) announce(connectionId, departure);
    },
  };
}
