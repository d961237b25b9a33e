import type { ConsultationQueries, DueConsultation } from '../../application/ports/consultation-queries.js';
import type { MemoryLog } from './memory-log.js';

/** Searches every consultation. This is meant for tests, where there are few. */
export function createMemoryConsultationQueries(log: MemoryLog): ConsultationQueries {
  return {
    dueForExpiry: async (now, limit, after) =>
      [...log.consultations()]
        .map(({ state }) => state)
        .filter((state) => state.status === 'open')
        .filter(({ expiresAt }) => expiresAt <= now)
        .map(({ consultationId, expiresAt }) => ({ consultationId, expiresAt }))
        .sort(inOrder)
        .filter((due) => after === null || inOrder(due, after) > 0)
        .slice(0, limit),
  };
}

function inOrder(a: DueConsultation, b: DueConsultation): number {
  if (a.expiresAt !== b.expiresAt) return a.expiresAt - b.expiresAt;
  if (a.consultationId === b.consultationId) return 0;
  return a.consultationId < b.consultationId ? -1 : 1;
}
