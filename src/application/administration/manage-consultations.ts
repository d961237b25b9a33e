import type { Instant } from '../../domain/instant.js';
import {
  type Answer,
  type CommandOptions,
  NO_OPTIONS,
  type PageOf,
  type PageRequest,
} from '../answers/answer.js';
import { type Refusal, refuse } from '../answers/refusal.js';
import type { Access } from '../lookup/access.js';
import {
  type ConsultationContext,
  type ConsultationContexts,
  viewOf,
} from '../lookup/consultation-context.js';
import { personKey } from '../lookup/person.js';
import type { PersonTurns } from '../lookup/person-turns.js';
import { type RecordRead, recordAll } from '../lookup/record-read.js';
import type { Requester } from '../lookup/requester.js';
import type { AccessLog, AccessLogFilter, AccessLogPage, ReadAction, Reader } from '../ports/access-log.js';
import type { ConsultationFilter, Directory } from '../ports/directory.js';
import type { Actor, EventStore } from '../ports/event-store.js';
import type { IdGenerator } from '../ports/id-generator.js';
import type { ConsultationView } from '../ports/notification.js';
import { idFor } from '../streams/command-once.js';
import type { ConsultationHandler } from '../streams/stream-handlers.js';
import { type AuditEntry, auditEntry } from './audit-entry.js';
import type { ChangeConsultation, Changed, Until } from './change-consultation.js';
import { checkLimit, readPage } from './page.js';

export interface OpenRequest {
  /** null: one is made. With an idempotency key it comes from the key, so that a repeat meets the same consultation. */
  readonly consultationId: string | null;
  readonly patientId: string;
  readonly doctorId: string;
  readonly until: Until;
}

export interface AuditTrail {
  readonly outcome: 'page';
  readonly entries: readonly AuditEntry[];
  /** The `after` of the next page; null on the last one. */
  readonly next: number | null;
}

export type AccessLogAnswer = { readonly outcome: 'page' } & AccessLogPage;

/**
 * Consultations for those who manage them. Changes, the audit trail and the access log are for admins, what is read
 * here for the two parties too; to anybody else a consultation does not exist. What is read stands in the access log
 * before it is answered, and so does a change that was only answered with how it stands.
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
  accessLog(by: Requester, filter: AccessLogFilter, page: PageRequest): Promise<AccessLogAnswer | Refusal>;
}

export interface ManageConsultationsDependencies {
  readonly changes: ChangeConsultation;
  readonly contexts: ConsultationContexts;
  readonly consultations: ConsultationHandler;
  readonly directory: Directory;
  readonly eventStore: EventStore;
  readonly accessLog: AccessLog;
  readonly recordRead: RecordRead;
  readonly turns: PersonTurns;
  readonly ids: IdGenerator;
}

export function createManageConsultations(
  dependencies: ManageConsultationsDependencies,
): ManageConsultations {
  const { changes, contexts, consultations, directory, eventStore, accessLog, recordRead, turns, ids } =
    dependencies;

  /** Others learn that they may not from a consultation of their own, and of another's that it does not exist. */
  async function asAdmin(
    by: Requester,
    consultationId: string,
    act: (admin: Actor) => Promise<Changed | Refusal>,
  ): Promise<Answer<ConsultationView> | Refusal> {
    const { caller } = by;
    if (caller.role === 'admin') return answerTo(by, await act({ kind: 'admin', id: caller.id }));
    const found = await contexts.findFor(caller, consultationId);
    return refuse(found === null ? 'consultation.not_found' : 'auth.forbidden');
  }

  /** What was written now is its own entry: the event. A repeat writes nothing, and shows how it stands all the same. */
  async function answerTo(
    by: Requester,
    changed: Changed | Refusal,
  ): Promise<Answer<ConsultationView> | Refusal> {
    if (changed.outcome === 'refused') return changed;
    const { consultation, parties, version, isOnlyRead } = changed;
    const { consultationId } = consultation;
    const reading = { consultationId, parties, action: 'repeat_change', claimed: null } as const;
    const withheld = isOnlyRead ? await recordRead(by, reading) : null;
    return withheld ?? { outcome: 'done', value: viewOf(consultation, parties), version };
  }

  /** The context of a consultation that the caller reaches and is about to read; it stands in the access log by then. */
  async function read(
    by: Requester,
    consultationId: string,
    action: ReadAction,
    mayRead: (access: Access) => boolean,
  ): Promise<{ readonly outcome: 'read'; readonly context: ConsultationContext } | Refusal> {
    const found = await contexts.findFor(by.caller, consultationId);
    if (found === null) return refuse('consultation.not_found');
    if (!mayRead(found.access)) return refuse('auth.forbidden');
    const { context } = found;
    const { parties } = context;
    const unrecorded = await recordRead(by, { consultationId, parties, action, claimed: null });
    return unrecorded ?? { outcome: 'read', context };
  }

  /**
   * A list shows an administrator who is whose patient: an entry for each consultation on it. To a party it shows what is
   * theirs: one entry, about themselves. That there is nothing on it tells something of those whom the question names.
   */
  function withheldFrom(
    by: Requester,
    asked: readonly Reader[],
    shown: readonly ConsultationView[],
  ): Promise<Refusal | null> {
    const action = 'list_consultations';
    if (by.caller.role !== 'admin' || shown.length === 0) {
      return recordAll(
        recordRead,
        by,
        about(asked).map((subject) => ({ action, subject }) as const),
      );
    }
    const readings = shown.map(({ consultationId, patient, doctor }) => {
      const parties = { patient, doctor };
      return { consultationId, parties, action, claimed: null } as const;
    });
    return recordAll(recordRead, by, readings);
  }

  /** Who asks after whom is one entry for each person that is named, or one about nobody, however much is shown. */
  async function withheldLog(by: Requester, filter: AccessLogFilter): Promise<Refusal | null> {
    const { consultationId, person, subject = null } = filter;
    const action = 'read_access_log';
    const named = about([person, subject].filter((one) => one !== null));
    if (consultationId === null) {
      return recordAll(
        recordRead,
        by,
        named.map((one) => ({ action, subject: one }) as const),
      );
    }
    const found = await contexts.findFor(by.caller, consultationId);
    if (found === null) return refuse('consultation.not_found');
    const { parties } = found.context;
    const readings = named.map(
      (one) => ({ consultationId, parties, action, claimed: null, subject: one }) as const,
    );
    return recordAll(recordRead, by, readings);
  }

  return {
    openConsultation: async (by, request, options = NO_OPTIONS) => {
      const { caller } = by;
      if (caller.role !== 'admin') return refuse('auth.forbidden');
      const admin: Actor = { kind: 'admin', id: caller.id };
      const consultationId = request.consultationId ?? idFor(ids, 'consultation', admin, options);
      return answerTo(by, await changes.open({ ...request, consultationId }, admin, options));
    },
    extendConsultation: (by, id, until, options) =>
      asAdmin(by, id, (admin) => changes.extend(id, until, admin, options)),
    endConsultation: (by, id, options) => asAdmin(by, id, (admin) => changes.end(id, admin, options)),
    reopenConsultation: (by, id, expiresAt, options) =>
      asAdmin(by, id, (admin) => changes.reopen(id, expiresAt, admin, options)),
    consultation: async (by, id) => {
      const found = await read(by, id, 'read_consultation', () => true);
      if (found.outcome === 'refused') return found;
      // The state and the version of one moment.
      const { state, version } = await consultations.versioned(id);
      if (state.status === 'not_opened') return refuse('consultation.not_found');
      return { outcome: 'done', value: viewOf(state, found.context.parties), version };
    },
    consultations: async (by, filter, page) => {
      const { caller } = by;
      if (caller.role === 'anyone') return refuse('auth.forbidden');
      const own = caller.role === 'admin' ? filter : ownOf(filter, caller.role, caller.id);
      const asked = caller.role === 'admin' ? namedIn(filter) : [{ kind: caller.role, id: caller.id }];
      const listed = await readPage(
        page,
        async (after, limit) => (own === null ? [] : directory.consultations(own, after, limit)),
        ({ consultationId }) => consultationId,
      );
      if (listed.outcome === 'refused') return listed;
      const shown = listed.items.map(({ value }) => value);
      return (await withheldFrom(by, asked, shown)) ?? listed;
    },
    auditTrail: async (by, id, { after, limit }) => {
      const invalid = checkLimit(limit);
      if (invalid !== null) return invalid;
      const found = await read(by, id, 'read_audit_trail', isAdmin);
      if (found.outcome === 'refused') return found;
      const stored = await turns.run(by, () => eventStore.readStream(`consultation:${id}`, after, limit + 1));
      if (stored.outcome === 'refused') return stored;
      const events = stored.value;
      const entries = events.slice(0, limit).map(auditEntry);
      const last = events.length > limit ? entries.at(-1) : undefined;
      return { outcome: 'page', entries, next: last?.version ?? null };
    },
    accessLog: async (by, filter, { after, limit }) => {
      const invalid = checkLimit(limit);
      if (by.caller.role !== 'admin') return refuse('auth.forbidden');
      if (invalid !== null) return invalid;
      if (filter.from !== null && filter.to !== null && filter.from >= filter.to) {
        return refuse('request.invalid', { field: 'to', reason: 'must lie after from' });
      }
      const withheld = await withheldLog(by, filter);
      if (withheld !== null) return withheld;
      const page = await accessLog.query(filter, after, limit);
      if (page === null) {
        return refuse('request.invalid', { field: 'after', reason: 'must be the next of a page' });
      }
      return { outcome: 'page', ...page };
    },
  };
}

function isAdmin({ kind }: Access): boolean {
  return kind === 'admin';
}

/** Each of them once; null, for nobody in particular, where there is none. */
function about(people: readonly Reader[]): readonly (Reader | null)[] {
  const distinct = new Map(people.map((person) => [personKey(person.kind, person.id), person]));
  return distinct.size === 0 ? [null] : [...distinct.values()];
}

function namedIn({ patientId, doctorId }: ConsultationFilter): readonly Reader[] {
  const patient = patientId === null ? [] : [{ kind: 'patient', id: patientId } as const];
  const doctor = doctorId === null ? [] : [{ kind: 'doctor', id: doctorId } as const];
  return [...patient, ...doctor];
}

/** What a party may see of what the filter asks for; null when that is nothing. */
function ownOf(
  filter: ConsultationFilter,
  role: 'patient' | 'doctor',
  id: string,
): ConsultationFilter | null {
  const field = role === 'patient' ? 'patientId' : 'doctorId';
  const asked = filter[field];
  return asked === null || asked === id ? { ...filter, [field]: id } : null;
}
