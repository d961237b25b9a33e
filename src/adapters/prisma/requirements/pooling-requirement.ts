import type { Session } from './requirement.js';

/** How often two connections are held against each other. */
const ATTEMPTS = 3;

const BACKEND = 'SELECT pg_backend_pid() AS pid';

/**
 * A connection must be one PostgreSQL session as long as it is open: the lock of the process lives in one, and the statement
 * that every message takes is prepared once for each. A pooler that lends a session for one transaction gives the one that
 * is free to whoever comes next, so that it was seen with both of two connections.
 *
 * @returns a sentence without its full stop; null where sessions stay.
 */
export async function complaintOfPooling(first: Session, second: Session): Promise<string | null> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const before = await backendOf(first);
    await second.query('BEGIN');
    const other = await backendOf(second);
    const after = await backendOf(first);
    await second.query('COMMIT');
    if (other === before || after !== before) {
      return 'A pooler in between changes the session with each transaction: set pool_mode to session (PgBouncer), or let DATABASE_URL lead to PostgreSQL itself';
    }
  }
  return null;
}

async function backendOf(session: Session): Promise<number | undefined> {
  const { rows } = await session.query<{ pid: number }>(BACKEND);
  return rows[0]?.pid;
}
