import type { Session } from './session.js';

/** The start of a PostgreSQL to the microsecond. A replica that takes over and a restored copy have started at another time. */
const STARTED_AT = 'SELECT pg_postmaster_start_time()::text AS at';

/**
 * Notices when PostgreSQL has been restarted, or another one answers in its place.
 *
 * @returns a function that must be called with each connection before anything else uses it.
 */
export function createReplacementWatch(replaced: () => void): (session: Session) => Promise<void> {
  let known: string | null = null;
  return async (session) => {
    // A role without the right to ask this can still serve.
    const found = await session.query<{ at: string }>(STARTED_AT).catch(() => null);
    const at = found?.rows[0]?.at ?? null;
    if (at === null || at === known) return;
    const isFirst = known === null;
    known = at;
    if (!isFirst) replaced();
  };
}
