import type { Pool } from 'pg';
import { ONCE_LOCK } from '../connection/advisory-locks.js';

const TRY = `SELECT pg_try_advisory_xact_lock(${ONCE_LOCK}, hashtext($1)) AS taken`;

/**
 * Does work that one process does for all. The lock belongs to a transaction that does nothing else, so PostgreSQL
 * ends it if this process is frozen. Another process may then do the same work at the same time, and the work must
 * bear that.
 *
 * @param what identifies the work.
 * @returns whether it was done here; false if another process is doing it.
 * @throws what the work throws, and when the database does not answer.
 */
export async function doOnce(pool: Pool, what: string, work: () => Promise<unknown>): Promise<boolean> {
  const session = await pool.connect();
  let failure: Error | undefined;
  const lost = (error: Error): void => {
    failure = error;
  };
  session.on('error', lost);
  try {
    await session.query('BEGIN');
    const { rows } = await session.query<{ taken: boolean }>(TRY, [what]);
    const isOurs = rows[0]?.taken === true;
    if (isOurs) await work();
    return isOurs;
  } finally {
    if (failure === undefined) await session.query('COMMIT').catch(lost);
    session.off('error', lost);
    session.release(failure);
  }
}
