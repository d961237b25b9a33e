import type { Instant } from '../../domain/instant.js';
import { type Refusal, refuse } from '../answers/refusal.js';
import type { Attendee } from '../lookup/attendee.js';
import { personKey } from '../lookup/person.js';
import type { Requester } from '../lookup/requester.js';
import type { Broadcaster, ConnectionId } from '../ports/broadcaster.js';
import type { Clock } from '../ports/clock.js';
import type { Attendance } from './attendance.js';

/**
 * Typing that goes on is told again at most once in this time (ms); clients forget it when they hear nothing for
 * longer.
 */
export const TYPING_REPEAT_MS = 2_000;

export interface TypingRequest {
  readonly connectionId: ConnectionId;
  readonly consultationId: string;
  readonly isTyping: boolean;
}

/** Who is typing: told to the others, never stored, cleared when the typist leaves. Several devices are one person. */
export interface Typing {
  set(by: Requester, request: TypingRequest): { readonly outcome: 'told' } | Refusal;
  /** Tells those who saw the typist type that it has ended, because the typist has left. */
  clear(connectionId: ConnectionId, consultationId: string, attendee: Attendee): void;
}

export interface TypingDependencies {
  readonly attendance: Attendance;
  readonly broadcaster: Broadcaster;
  readonly clock: Clock;
}

/** A person who types, on one device or several. */
interface Typist {
  toldAt: Instant;
  readonly connections: Set<ConnectionId>;
}

export function createTyping({ attendance, broadcaster, clock }: TypingDependencies): Typing {
  /** Holds only those who type, so it is bounded by who is present. */
  const typists = new Map<string, Typist>();

  function tell(
    connectionId: ConnectionId,
    consultationId: string,
    attendee: Attendee,
    isTyping: boolean,
  ): void {
    const notification = { type: 'typing', consultationId, ...attendee, isTyping } as const;
    broadcaster.publish(consultationId, notification, connectionId);
  }

  function begin(connectionId: ConnectionId, consultationId: string, attendee: Attendee): void {
    const key = keyOf(attendee, consultationId);
    const now = clock.now();
    const typist = typists.get(key) ?? { toldAt: Number.NEGATIVE_INFINITY, connections: new Set() };
    typists.set(key, typist);
    typist.connections.add(connectionId);
    if (now >= typist.toldAt && now - typist.toldAt < TYPING_REPEAT_MS) return;
    typist.toldAt = now;
    tell(connectionId, consultationId, attendee, true);
  }

  /** Tells the others that typing has ended once the person's last device has stopped. */
  function end(connectionId: ConnectionId, consultationId: string, attendee: Attendee): void {
    const key = keyOf(attendee, consultationId);
    const typist = typists.get(key);
    if (typist?.connections.delete(connectionId) !== true || typist.connections.size > 0) return;
    typists.delete(key);
    tell(connectionId, consultationId, attendee, false);
  }

  return {
    set: ({ caller }, { connectionId, consultationId, isTyping }) => {
      const attendee = attendance.attendeeOf(connectionId, consultationId);
      if (attendee === undefined) {
        return refuse('request.invalid', { field: 'consultationId', reason: 'has to be joined first' });
      }
      if (caller.role === 'admin') return refuse('consultation.forbidden');
      if (isTyping) begin(connectionId, consultationId, attendee);
      else end(connectionId, consultationId, attendee);
      return { outcome: 'told' };
    },
    clear: end,
  };
}

function keyOf({ userId, sender }: Attendee, consultationId: string): string {
  return `${consultationId} ${personKey(sender, userId)}`;
}
