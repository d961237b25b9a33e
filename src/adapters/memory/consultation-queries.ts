import type { ConsultationQueries } from '../../application/ports/consultation-queries.js';
import type { MemoryLog } from './memory-log.js';

/** Looks at every consultation: meant for tests, where there are few. */
export function createMemoryConsultationQueries(log: MemoryLog): ConsultationQueries {
  return {
    dueForExpiry: async (now, limit) =>
      [...log.consultations()]
        .map(({ state }) => state)
        .filter((state) => state.status === 'open')
        .filter(({ expiresAt }) => expiresAt <= now)
        .sort((a, b) => a.expiresAt - b.expiresAt)
        .slice(0, limit)
        .map(({ consultationId }) => consultationId),
  };
}
