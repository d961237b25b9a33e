import type { ConsultationQueries } from '../../application/ports/consultation-queries.js';
import type { Database } from './database.js';

export function createPrismaConsultationQueries(database: Database): ConsultationQueries {
  return {
    dueForExpiry: async (now, limit) => {
      const rows = await database.consultation.findMany({
        where: { isActive: true, expiresAt: { lte: new Date(now) } },
        orderBy: [{ expiresAt: 'asc' }, { id: 'asc' }],
        take: limit,
        select: { id: true },
      });
      return rows.map(({ id }) => id);
    },
  };
}
