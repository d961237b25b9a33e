import type { Instant } from '../domain/instant.js';
import type { Attendance, Attendee } from './attendance.js';
import type { Broadcaster, ConnectionId } from './ports/broadcaster.js';
import type { Clock } from './ports/clock.js';
import { type Refusal, refuse } from './refusal.js';

/** Typing that goes on is told again at most this often; clients forget it when they hear nothing for longer. */
export const TYPING_REPEAT_MS = 2_000;

export interface TypingRequest {
  readonly connectionId: ConnectionId;
  readonly consultationId: string;
  readonly isTyping: boolean;
}

/** Who is typing: told to the others, never stored, cleared when the typist leaves. */
export interface Typing {
  set(request: TypingRequest): { readonly outcome: 'told' } | Refusal;
  /** The typist has left: whoever saw them type no longer does. */
  clear(connectionId: ConnectionId, consultationId: string, attendee: Attendee): void;
}

export interface TypingDependencies {
  readonly attendance: Attendance;
  readonly broadcaster: Broadcaster;
  readonly clock: Clock;
}

export function createTyping({ attendance, broadcaster, clock }: TypingDependencies): Typing {
  /** When a connection's typing was told last. Holds only those who type, so it is bounded by who is present. */
  const toldAt = new Map<string, Instant>();

  function tell(
    connectionId: ConnectionId,
    consultationId: string,
    attendee: Attendee,
    isTyping: boolean,
  ): void {
    const notification = { type: 'typing', consultationId, ...attendee, isTyping } as const;
    broadcaster.publish(consultationId, notification, connectionId);
  }

  return {
    set: ({ connectionId, consultationId, isTyping }) => {
      const attendee = attendance.attendeeOf(connectionId, consultationId);
      if (attendee === undefined) {
        return refuse('request.invalid', { field: 'consultationId', reason: 'has to be joined first' });
      }
      const key = keyOf(connectionId, consultationId);
      const last = toldAt.get(key);
      if (!isTyping) {
        if (toldAt.delete(key)) tell(connectionId, consultationId, attendee, false);
        return { outcome: 'told' };
      }
      const now = clock.now();
      if (last === undefined || now < last || now - last >= TYPING_REPEAT_MS) {
        toldAt.set(key, now);
        tell(connectionId, consultationId, attendee, true);
      }
      return { outcome: 'told' };
    },
    clear: (connectionId, consultationId, attendee) => {
      if (toldAt.delete(keyOf(connectionId, consultationId))) {
        tell(connectionId, consultationId, attendee, false);
      }
    },
  };
}

function keyOf(connectionId: ConnectionId, consultationId: string): string {
  return `${connectionId} ${consultationId}`;
}
