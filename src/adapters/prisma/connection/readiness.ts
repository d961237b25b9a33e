import pg from 'pg';
import type { Session } from './session.js';
import { sessionOpening } from './session-settings.js';
import { UrlOnlyClient } from './url-only-client.js';

/** A database that takes longer, in ms, counts as one that does not answer. */
const LIMIT_MS = 2_000;
/** How long a connection is kept for the next probe, in ms; longer than the usual time between two probes. */
const IDLE_MS = 60_000;

export interface ReadinessProbe {
  /** Whether the database takes what is written. @throws when it does not answer, or refuses. */
  ready(): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Asks the database on a connection of its own. A readiness check then takes no connection from people, and its
 * answer tells of the database, not of how busy the pool is.
 *
 * @param probe asks the question, and rejects if the answer is no.
 */
export function createReadinessProbe(
  databaseUrl: string,
  probe: (session: Session) => Promise<void>,
): ReadinessProbe {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: 1,
    connectionTimeoutMillis: LIMIT_MS,
    query_timeout: LIMIT_MS,
    idleTimeoutMillis: IDLE_MS,
    keepAlive: true,
    application_name: 'consultation-chat readiness',
    Client: UrlOnlyClient,
    onConnect: sessionOpening(databaseUrl),
  });
  // The listener keeps the error from ending the process. The next probe opens another connection, and reports
  // whether it can.
  pool.on('error', () => undefined);
  return {
    ready: async () => {
      await probe(pool);
      return true;
    },
    close: () => (pool.ending ? Promise.resolve() : pool.end()),
  };
}
