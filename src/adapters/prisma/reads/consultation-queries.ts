import type { ConsultationQueries } from '../../../application/ports/consultation-queries.js';
import type { Database } from '../connection/database.js';

const INSTANT = (parameter: string): string =>
  `timestamptz 'epoch' + ${parameter}::float8 * interval '1 millisecond'`;

/**
 * Reads a range of one index, in its order: thousands of consultations may expire at the same moment, and the last page
 * costs as much as the first. The statement has no name, so that it is planned each time: a plan that was made while the
 * table was nearly empty would walk it.
 */
const due = (further: string): string => `
  SELECT id, (extract(epoch from expires_at) * 1000)::float8 AS expires_at_ms FROM consultations
  WHERE is_active AND expires_at <= ${INSTANT('$1')} ${further}
  ORDER BY expires_at, id LIMIT $2::int`;
const DUE = due('');
const DUE_AFTER = due(`AND (expires_at, id) > (${INSTANT('$3')}, $4::text)`);

interface DueRow {
  readonly id: string;
  readonly expires_at_ms: number;
}

export function createPrismaConsultationQueries(database: Database): ConsultationQueries {
  return {
    dueForExpiry: async (now, limit, after) => {
      const { rows } =
        after === null
          ? await database.pool.query<DueRow>(DUE, [now, limit])
          : await database.pool.query<DueRow>(DUE_AFTER, [now, limit, after.expiresAt, after.consultationId]);
      return rows.map(({ id, expires_at_ms: expiresAt }) => ({ consultationId: id, expiresAt }));
    },
  };
}
