import type { Instant } from '../../../domain/instant.js';
import type { Session } from './session.js';

/** `clock_timestamp` is the present time. `now` would be the time at which the transaction began. */
const NOW = 'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now';

/** Resolves with the time by the database's clock. @throws if the database does not answer. */
export async function timeOf(session: Session): Promise<Instant> {
  const { rows } = await session.query(NOW);
  const [{ now }] = rows as [{ now: number }];
  return Math.round(now);
}
