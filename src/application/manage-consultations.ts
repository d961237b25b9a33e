import type { Instant } from '../domain/instant.js';
import type { Answer, CommandOptions, PageOf, PageRequest } from './answer.js';
import type { Until } from './change-consultation.js';
import type { ConsultationView } from './notification.js';
import type { AccessLogEntry, AccessLogFilter } from './ports/access-log.js';
import type { ConsultationFilter } from './ports/directory.js';
import type { Actor } from './ports/event-store.js';
import type { Refusal } from './refusal.js';
import type { Requester } from './requester.js';

export interface OpenRequest {
  /** null: one is made. With an idempotency key it comes from the key, so that a repeat meets the same consultation. */
  readonly consultationId: string | null;
  readonly patientId: string;
  readonly doctorId: string;
  readonly until: Until;
}

/** One line of the audit trail: who did what and when. */
export interface AuditEntry {
  readonly version: number;
  /** The event's type. */
  readonly type: string;
  readonly at: Instant;
  readonly actor: Actor;
  /** What a message says is left out. Instants are ISO 8601 in UTC. */
  readonly details: Readonly<Record<string, string | number | null>>;
}

export interface AuditTrail {
  readonly outcome: 'page';
  readonly entries: readonly AuditEntry[];
  /** The `after` of the next page; null on the last one. */
  readonly next: number | null;
}

export interface AccessLogPage {
  readonly outcome: 'page';
  readonly entries: readonly AccessLogEntry[];
  readonly next: string | null;
}

/**
 * Consultations for those who manage them. Changes, the audit trail and the access log are for admins, what is read
 * here for the two parties too; to anybody else a consultation does not exist. Reads of one consultation stand in the
 * access log before they are answered.
 */
export interface ManageConsultations {
  openConsultation(
    by: Requester,
    request: OpenRequest,
    options?: CommandOptions,
  ): Promise<Answer<ConsultationView> | Refusal>;
  /** `durationMinutes` count from now. */
  extendConsultation(
    by: Requester,
    consultationId: string,
    until: Until,
    options?: CommandOptions,
  ): Promise<Answer<ConsultationView> | Refusal>;
  endConsultation(
    by: Requester,
    consultationId: string,
    options?: CommandOptions,
  ): Promise<Answer<ConsultationView> | Refusal>;
  /** Makes one active again that has ended or run out. */
  reopenConsultation(
    by: Requester,
    consultationId: string,
    expiresAt: Instant,
    options?: CommandOptions,
  ): Promise<Answer<ConsultationView> | Refusal>;
  consultation(by: Requester, consultationId: string): Promise<Answer<ConsultationView> | Refusal>;
  /** A patient and a doctor get their own, whatever the filter. */
  consultations(
    by: Requester,
    filter: ConsultationFilter,
    page: PageRequest,
  ): Promise<PageOf<ConsultationView> | Refusal>;
  /** What happened in one consultation; `after` is a version, 0 from the start. */
  auditTrail(
    by: Requester,
    consultationId: string,
    page: { readonly after: number; readonly limit: number },
  ): Promise<AuditTrail | Refusal>;
  accessLog(by: Requester, filter: AccessLogFilter, page: PageRequest): Promise<AccessLogPage | Refusal>;
}
