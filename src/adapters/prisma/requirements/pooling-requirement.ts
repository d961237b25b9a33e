import { POOLING_PROBE_LOCK } from '../connection/advisory-locks.js';
import { isUnavailable } from '../connection/errors.js';
import type { Session } from '../connection/session.js';

/** How often two connections are compared. */
const ATTEMPTS = 3;

const OR_DIRECTLY = 'or let the URL lead to PostgreSQL itself';
const LENDS_SESSIONS = `A pooler in between changes the session with each transaction: set pool_mode to session (PgBouncer), ${OR_DIRECTLY}`;
const LEAVES_THINGS = `A pooler in between hands a session on with what its last client left in it: set server_reset_query to DISCARD ALL (PgBouncer), ${OR_DIRECTLY}`;

/** The session in which this runs ends at once. */
const LEAVE = `PREPARE consultation_chat_probe AS SELECT 1; SELECT pg_advisory_lock(${POOLING_PROBE_LOCK}, pg_backend_pid())`;
const LEFT = `SELECT (SELECT count(*) FROM pg_prepared_statements)
  + (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()) > 0 AS left_over`;
const CLEAN_UP = 'DEALLOCATE ALL; SELECT pg_advisory_unlock_all()';

const BACKEND = 'SELECT pg_backend_pid() AS pid';

/**
 * A connection must be one PostgreSQL session as long as it is open: the lock of the process lives in a session, and
 * the statement that every message takes is prepared once for each. A pooler that lends a session for one transaction
 * gives the free one to whoever comes next, so the same session is seen behind both connections.
 *
 * @returns a sentence without its full stop; null where sessions stay.
 * @throws when the database does not answer, or takes no more connections.
 */
export async function complaintOfPooling(first: Session, second: Session): Promise<string | null> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const before = await backendOf(first);
    try {
      await second.query('BEGIN');
    } catch (error) {
      // It says nothing of poolers: PostgreSQL has no connection left, or is shutting down.
      if (isUnavailable(error)) throw error;
      // A pooler that changes the session with each statement allows no transactions.
      return LENDS_SESSIONS;
    }
    const other = await backendOf(second);
    const after = await backendOf(first);
    await second.query('COMMIT');
    if (other === before || after !== before) {
      return LENDS_SESSIONS;
    }
  }
  return null;
}

interface ClosingSession extends Session {
  end(): Promise<void>;
}

/**
 * If a pooler does not clean its sessions up, the lock of a process that is gone would stay for ever, and so would
 * its prepared statements, in the way of the next process's.
 *
 * @param open opens a connection that has not asked for anything yet.
 * @returns a sentence without its full stop; null where a session ends with its connection.
 */
export async function complaintOfLeftovers(open: () => Promise<ClosingSession>): Promise<string | null> {
  const last = await open();
  await last.query(LEAVE).finally(() => last.end());
  const next = await open();
  try {
    const { rows } = await next.query<{ left_over: boolean }>(LEFT);
    if (rows[0]?.left_over !== true) return null;
    await next.query(CLEAN_UP);
    return LEAVES_THINGS;
  } finally {
    await next.end();
  }
}

async function backendOf(session: Session): Promise<number | undefined> {
  const { rows } = await session.query<{ pid: number }>(BACKEND);
  return rows[0]?.pid;
}
