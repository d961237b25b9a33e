import type { Instant } from '../../domain/instant.js';
import { type Refusal, refuse } from '../answers/refusal.js';
import type { Attendee } from '../lookup/attendee.js';
import { presenceKey } from '../lookup/person.js';
import type { Requester } from '../lookup/requester.js';
import type { PeerSender } from '../peers/peer-sender.js';
import type { Broadcaster, ConnectionId } from '../ports/broadcaster.js';
import type { Clock } from '../ports/clock.js';
import type { PresentPerson, ProcessId } from '../ports/peers.js';
import type { Attendance } from './attendance.js';

/**
 * While typing goes on, it is repeated at most once in this time, in ms. Clients forget it when they hear nothing for
 * longer.
 */
export const TYPING_REPEAT_MS = 2_000;

export interface TypingRequest {
  readonly connectionId: ConnectionId;
  readonly consultationId: string;
  readonly isTyping: boolean;
}

/**
 * Tells the others who is typing. Nothing is stored, and typing ends when the typist leaves. Several devices of a
 * person, here or at other processes, count as one.
 */
export interface Typing {
  set(by: Requester, request: TypingRequest): { readonly outcome: 'told' } | Refusal;
  /** Tells those who saw the typist type that it has ended, because the typist has left. */
  clear(connectionId: ConnectionId, consultationId: string, attendee: Attendee): void;
  /** Notes whether the person types at that process. */
  setElsewhere(processId: ProcessId, person: PresentPerson, isTyping: boolean): void;
  /** Ends the typing of everybody at that process, because it is not known any more who types there. */
  clearElsewhere(processId: ProcessId): void;
}

export interface TypingDependencies {
  readonly attendance: Attendance;
  readonly peerSender: Pick<PeerSender, 'typing'>;
  readonly broadcaster: Broadcaster;
  readonly clock: Clock;
}

/** A person who types, on one device or several. */
interface Typist {
  readonly person: PresentPerson;
  /** When those present here were last told, and when other processes were. */
  toldAt: Instant;
  sentAt: Instant;
  readonly connections: Set<ConnectionId>;
  readonly processes: Set<ProcessId>;
}

export function createTyping({ attendance, peerSender, broadcaster, clock }: TypingDependencies): Typing {
  /** Holds only those who type, so it is bounded by the number of people present. */
  const typists = new Map<string, Typist>();

  function find(person: PresentPerson): Typist {
    const key = presenceKey(person.consultationId, person);
    const known = typists.get(key);
    if (known !== undefined) return known;
    const never = Number.NEGATIVE_INFINITY;
    const [connections, processes] = [new Set<ConnectionId>(), new Set<ProcessId>()];
    const typist: Typist = { person, toldAt: never, sentAt: never, connections, processes };
    typists.set(key, typist);
    return typist;
  }

  function tell(
    { consultationId, userId, sender }: PresentPerson,
    isTyping: boolean,
    by?: ConnectionId,
  ): void {
    broadcaster.publish(consultationId, { type: 'typing', consultationId, userId, sender, isTyping }, by);
  }

  function goesOn(typist: Typist, now: Instant, by?: ConnectionId): void {
    if (!isDue(typist.toldAt, now)) return;
    typist.toldAt = now;
    tell(typist.person, true, by);
  }

  /** Tells the others that typing has ended once the person's last device has stopped. */
  function endIfLast({ person, connections, processes }: Typist, by?: ConnectionId): void {
    if (connections.size > 0 || processes.size > 0) return;
    typists.delete(presenceKey(person.consultationId, person));
    tell(person, false, by);
  }

  function begin(connectionId: ConnectionId, person: PresentPerson): void {
    const typist = find(person);
    const now = clock.now();
    const isFirstHere = typist.connections.size === 0;
    typist.connections.add(connectionId);
    // This is checked separately, because those present here may have been told by another process.
    if (isFirstHere || isDue(typist.sentAt, now)) {
      typist.sentAt = now;
      peerSender.typing(person, true);
    }
    goesOn(typist, now, connectionId);
  }

  function end(connectionId: ConnectionId, person: PresentPerson): void {
    const typist = typists.get(presenceKey(person.consultationId, person));
    if (typist?.connections.delete(connectionId) !== true) return;
    if (typist.connections.size === 0) peerSender.typing(person, false);
    endIfLast(typist, connectionId);
  }

  function endElsewhere(processId: ProcessId, typist: Typist | undefined): void {
    if (typist?.processes.delete(processId) === true) endIfLast(typist);
  }

  return {
    set: ({ caller }, { connectionId, consultationId, isTyping }) => {
      const attendee = attendance.attendeeOf(connectionId, consultationId);
      if (attendee === undefined) {
        return refuse('request.invalid', { field: 'consultationId', reason: 'has to be joined first' });
      }
      if (caller.role === 'admin') return refuse('consultation.forbidden');
      const person = { consultationId, ...attendee };
      if (isTyping) begin(connectionId, person);
      else end(connectionId, person);
      return { outcome: 'told' };
    },
    clear: (connectionId, consultationId, attendee) => end(connectionId, { consultationId, ...attendee }),
    setElsewhere: (processId, person, isTyping) => {
      if (!isTyping) return endElsewhere(processId, typists.get(presenceKey(person.consultationId, person)));
      const typist = find(person);
      typist.processes.add(processId);
      goesOn(typist, clock.now());
    },
    clearElsewhere: (processId) => {
      for (const typist of typists.values()) endElsewhere(processId, typist);
    },
  };
}

/** Whether it is time to repeat. It also is if the clock was set back. */
function isDue(lastAt: Instant, now: Instant): boolean {
  return now < lastAt || now - lastAt >= TYPING_REPEAT_MS;
}
