import { type Instant, isoOf } from '../../domain/instant.js';
import type { Actor, DomainEvent, RecordedEvent } from '../ports/event-store.js';

/** One line of the audit trail: who did what and when. */
export interface AuditEntry {
  /** The event's number in its stream. */
  readonly version: number;
  /** The event's type. */
  readonly type: string;
  readonly at: Instant;
  readonly actor: Actor;
  /** Instants are ISO 8601 in UTC. Of a message there is its `length` in characters, never what it says. */
  readonly details: Readonly<Record<string, string | number | null>>;
}

export function auditEntry({ version, event, actor, occurredAt }: RecordedEvent): AuditEntry {
  return { version, type: event.type, at: occurredAt, actor, details: detailsOf(event) };
}

/** Named one by one: what an event may hold one day stays out until somebody has thought of it. */
function detailsOf(event: DomainEvent): AuditEntry['details'] {
  switch (event.type) {
    case 'ConsultationOpened': {
      const { patientId, doctorId, expiresAt } = event.data;
      return { patientId, doctorId, expiresAt: isoOf(expiresAt) };
    }
    case 'ConsultationExtended':
    case 'ConsultationReopened':
      return { expiresAt: isoOf(event.data.expiresAt) };
    case 'MessageSent': {
      const { seq, messageId, sender, content } = event.data;
      return { seq, messageId, sender, length: [...content].length };
    }
    case 'MessagesRead': {
      const { reader, seq } = event.data;
      return { reader, seq };
    }
    case 'ConsultationEnded':
    case 'ConsultationExpired':
    case 'DoctorRegistered':
    case 'DoctorRenamed':
    case 'DoctorTimeZoneChanged':
    case 'WeeklyWindowsSet':
    case 'DateOverrideSet':
    case 'DateOverrideRemoved':
    case 'PatientRegistered':
    case 'PatientRenamed':
      return {};
  }
}
