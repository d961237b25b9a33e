import { checkLimit } from '../answers/check-limit.js';
import type { Refusal } from '../answers/refusal.js';
import type { Access } from '../lookup/access.js';
import type { ConsultationContexts } from '../lookup/consultation-context.js';
import type { ReadQueues } from '../lookup/read-queues.js';
import type { RecordRead } from '../lookup/record-read.js';
import type { Requester } from '../lookup/requester.js';
import type { EventStore } from '../ports/event-store.js';
import { type AuditEntry, auditEntry } from './audit-entry.js';
import { createFindRecorded } from './find-recorded.js';

export interface AuditTrail {
  readonly outcome: 'page';
  readonly entries: readonly AuditEntry[];
  /** The `after` of the next page; null on the last one. */
  readonly next: number | null;
}

/**
 * Reads what happened in one consultation, for administrators. `after` is a version; 0 begins at the start. The
 * access log has an entry before the answer.
 */
export type ReadAuditTrail = (
  by: Requester,
  consultationId: string,
  page: { readonly after: number; readonly limit: number },
) => Promise<AuditTrail | Refusal>;

export interface ReadAuditTrailDependencies {
  readonly contexts: ConsultationContexts;
  readonly recordRead: RecordRead;
  readonly readQueues: ReadQueues;
  readonly eventStore: EventStore;
}

export function createReadAuditTrail(dependencies: ReadAuditTrailDependencies): ReadAuditTrail {
  const { readQueues, eventStore } = dependencies;
  const findRecorded = createFindRecorded(dependencies);

  return async (by, id, { after, limit }) => {
    const invalid = checkLimit(limit);
    if (invalid !== null) return invalid;
    const found = await findRecorded(by, id, 'read_audit_trail', isAdmin);
    if (found.outcome === 'refused') return found;
    const stored = await readQueues.run(by, () =>
      eventStore.readStream(`consultation:${id}`, after, limit + 1),
    );
    if (stored.outcome === 'refused') return stored;
    const events = stored.value;
    const entries = events.slice(0, limit).map(auditEntry);
    const last = events.length > limit ? entries.at(-1) : undefined;
    return { outcome: 'page', entries, next: last?.version ?? null };
  };
}

function isAdmin({ kind }: Access): boolean {
  return kind === 'admin';
}
