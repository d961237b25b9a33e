import type { Session } from './session.js';

/** Each start of a PostgreSQL has its own, to the microsecond: a replica that takes over, and a copy that was restored, has another. */
const STARTED_AT = 'SELECT pg_postmaster_start_time()::text AS at';

/**
 * Notices that PostgreSQL was started anew, or that another one answers in its place.
 *
 * @returns a function to be called with each connection before anything is asked over it.
 */
export function createReplacementWatch(replaced: () => void): (session: Session) => Promise<void> {
  let known: string | null = null;
  return async (session) => {
    // A role that may not ask is not kept from serving.
    const found = await session.query<{ at: string }>(STARTED_AT).catch(() => null);
    const at = found?.rows[0]?.at ?? null;
    if (at === null || at === known) return;
    const isFirst = known === null;
    known = at;
    if (!isFirst) replaced();
  };
}
