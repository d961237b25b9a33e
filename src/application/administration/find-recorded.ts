import { type Refusal, refuse } from '../answers/refusal.js';
import type { Access } from '../lookup/access.js';
import type { ConsultationContext, ConsultationContexts } from '../lookup/consultation-context.js';
import type { RecordRead } from '../lookup/record-read.js';
import type { Requester } from '../lookup/requester.js';
import type { ReadAction } from '../ports/access-log.js';

export interface RecordedContext {
  readonly outcome: 'read';
  readonly context: ConsultationContext;
}

/**
 * Finds a consultation that the caller may reach and is about to read. The access log has an entry before this
 * resolves.
 */
export type FindRecorded = (
  by: Requester,
  consultationId: string,
  action: ReadAction,
  mayRead: (access: Access) => boolean,
) => Promise<RecordedContext | Refusal>;

export interface FindRecordedDependencies {
  readonly contexts: ConsultationContexts;
  readonly recordRead: RecordRead;
}

export function createFindRecorded({ contexts, recordRead }: FindRecordedDependencies): FindRecorded {
  return async (by, consultationId, action, mayRead) => {
    const found = await contexts.findFor(by.caller, consultationId);
    if (found === null) return refuse('consultation.not_found');
    if (!mayRead(found.access)) return refuse('auth.forbidden');
    const { context } = found;
    const { parties } = context;
    const withheld = await recordRead(by, { consultationId, parties, action });
    return withheld ?? { outcome: 'read', context };
  };
}
