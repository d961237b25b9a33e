import { invariant } from '../../domain/invariant.js';
import type { Broadcaster, ConnectionId } from '../ports/broadcaster.js';
import type { Clock } from '../ports/clock.js';
import type { Scheduler } from '../ports/scheduler.js';
import type { Attendance } from '../room/attendance.js';
import type { LeaveConsultation } from '../room/leaving.js';
import { createDeadlines } from './deadlines.js';
import { nextReasonAt, reasonToEnd, type SessionState } from './session-state.js';

/** Ends connections, because there is a reason to or because they are gone. */
export interface Ending {
  /** Called when a reason to end the connection may have changed. Sets the deadline to the next reason. */
  watch(state: SessionState): void;
  /** Ends the session, unless it has ended already. */
  end(state: SessionState): void;
}

export interface EndingDependencies {
  readonly attendance: Attendance;
  readonly leaving: LeaveConsultation;
  readonly unwatchInbox: (connectionId: ConnectionId) => void;
  readonly broadcaster: Broadcaster;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
}

export function createEnding(dependencies: EndingDependencies): Ending {
  const { attendance, leaving, unwatchInbox, broadcaster, clock, scheduler } = dependencies;
  const deadlines = createDeadlines<SessionState>({ clock, scheduler, name: 'session-deadlines', due, stop });

  function watch(state: SessionState): void {
    if (state.stage === 'ended') return;
    const next = nextReasonAt(state);
    if (next === null) deadlines.clear(state);
    else deadlines.set(state, next);
  }

  function due(state: SessionState): void {
    invariant(state.stage !== 'ended', 'a connection ends once');
    const { connectionId } = state;
    const refusal = reasonToEnd(state, clock.now());
    if (refusal === null) {
      watch(state);
      return;
    }
    broadcaster.notify(connectionId, { type: 'refused', refusal });
    broadcaster.disconnect(connectionId);
    end(state);
  }

  /**
   * Keeps an expired connection from hearing its rooms at once, because thousands of connections may expire together
   * and wait for their turn to be told.
   */
  function stop({ connectionId, expiresAt }: SessionState): void {
    if (expiresAt === null || expiresAt > clock.now()) return;
    unwatchInbox(connectionId);
    for (const consultationId of attendance.joinedIn(connectionId)) {
      broadcaster.dismiss(connectionId, consultationId);
    }
  }

  function end(state: SessionState): void {
    if (state.stage === 'ended') return;
    state.stage = 'ended';
    deadlines.clear(state);
    leaving.disconnect(state.connectionId);
  }

  return { watch, end };
}
