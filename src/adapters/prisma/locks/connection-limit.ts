import type { Logger } from '../../../application/ports/logger.js';
import type { Session } from '../connection/session.js';
import { LOCK_HOLDERS } from './process-lock.js';

/**
 * The most connections that one process has at the same time: those of its pool, its lock, its link to the other
 * processes, and those that its start and its readiness need for a moment.
 */
export const CONNECTIONS_OF_PROCESS = 16;

/**
 * How many processes hold the lock of the schema $1, and what the server, the database and the role allow.
 * `reserved_connections` came with PostgreSQL 16.
 */
const PROCESSES_AND_LIMIT = `
  SELECT (SELECT count(*)::int ${LOCK_HOLDERS}) AS processes, least(
    current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
      - coalesce(current_setting('reserved_connections', true), '0')::int,
    (SELECT nullif(datconnlimit, -1) FROM pg_database WHERE datname = current_database()),
    (SELECT nullif(rolconnlimit, -1) FROM pg_roles WHERE rolname = current_user)
  ) AS allowed`;

/**
 * Warns if the processes that serve the schema, this one included, may need more connections than they can get. Nothing
 * fails before all of them are busy, which is the worst moment to learn of it.
 */
export async function warnOfFewConnections(session: Session, schema: string, logger: Logger): Promise<void> {
  const { rows } = await session.query<{ processes: number; allowed: number }>(PROCESSES_AND_LIMIT, [schema]);
  const [{ processes, allowed }] = rows as [(typeof rows)[0]];
  const needed = processes * CONNECTIONS_OF_PROCESS;
  if (needed > allowed) logger.warn('database.few_connections', { processes, needed, allowed });
}
