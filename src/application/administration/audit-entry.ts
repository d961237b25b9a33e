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
  /** Instants are ISO 8601 in UTC. A message is shown by its `length` in characters, never by its content. */
  readonly details: Readonly<Record<string, string | number | null>>;
}

export function auditEntry({ version, event, actor, occurredAt }: RecordedEvent): AuditEntry {
  return { version, type: event.type, at: occurredAt, actor, details: detailsOf(event) };
}

/**
 * Names the fields one by one, so that a field which an event gains later is not shown until somebody has decided
 * that it may be.
 */
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
