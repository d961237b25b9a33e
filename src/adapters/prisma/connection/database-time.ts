import type { Instant } from '../../../domain/instant.js';
import type { Session } from './session.js';

/** Not the time at which a transaction began. */
const NOW = 'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now';

/** The time by the clock of the database. @throws when it does not answer. */
export async function timeOf(session: Session): Promise<Instant> {
  const { rows } = await session.query(NOW);
  const [{ now }] = rows as [{ now: number }];
  return Math.round(now);
}
