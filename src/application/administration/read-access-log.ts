import type { PageRequest } from '../answers/answer.js';
import { checkLimit } from '../answers/check-limit.js';
import { type Refusal, refuse } from '../answers/refusal.js';
import type { ConsultationContexts } from '../lookup/consultation-context.js';
import { type RecordRead, recordAll } from '../lookup/record-read.js';
import type { Requester } from '../lookup/requester.js';
import type { AccessLog, AccessLogFilter, AccessLogPage } from '../ports/access-log.js';
import { distinctSubjects } from './subjects.js';

export type AccessLogAnswer = { readonly outcome: 'page' } & AccessLogPage;

/**
 * Reads who has read and written what, for administrators. Reading the access log is itself recorded in it before the
 * answer.
 */
export type ReadAccessLog = (
  by: Requester,
  filter: AccessLogFilter,
  page: PageRequest,
) => Promise<AccessLogAnswer | Refusal>;

export interface ReadAccessLogDependencies {
  readonly contexts: ConsultationContexts;
  readonly accessLog: AccessLog;
  readonly recordRead: RecordRead;
}

export function createReadAccessLog(dependencies: ReadAccessLogDependencies): ReadAccessLog {
  const { contexts, accessLog, recordRead } = dependencies;

  /**
   * Records the question, and returns why the log must not be shown; null when it may. There is one entry for each
   * person whom the filter names, or one about nobody, however much is shown.
   */
  async function recordQuestion(by: Requester, filter: AccessLogFilter): Promise<Refusal | null> {
    const { consultationId, person, subject = null } = filter;
    const action = 'read_access_log';
    const named = distinctSubjects([person, subject].filter((one) => one !== null));
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
    const readings = named.map((one) => ({ consultationId, parties, action, subject: one }) as const);
    return recordAll(recordRead, by, readings);
  }

  return async (by, filter, { after, limit }) => {
    const invalid = checkLimit(limit);
    if (by.caller.role !== 'admin') return refuse('auth.forbidden');
    if (invalid !== null) return invalid;
    if (filter.from !== null && filter.to !== null && filter.from >= filter.to) {
      return refuse('request.invalid', { field: 'to', reason: 'must lie after from' });
    }
    const withheld = await recordQuestion(by, filter);
    if (withheld !== null) return withheld;
    const page = await accessLog.query(filter, after, limit);
    if (page === null) {
      return refuse('request.invalid', { field: 'after', reason: 'must be the next of a page' });
    }
    return { outcome: 'page', ...page };
  };
}
