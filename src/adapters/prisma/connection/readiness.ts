import pg from 'pg';
import type { Session } from './session.js';
import { sessionOpening } from './session-settings.js';
import { UrlOnlyClient } from './url-only-client.js';

/** A database that takes longer counts as one that does not answer, in ms. */
const LIMIT_MS = 2_000;
/** Longer than it usually is between two probes, in ms. */
const IDLE_MS = 60_000;

export interface ReadinessProbe {
  /** Whether the database takes what is written. @throws when it does not answer, or refuses. */
  ready(): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Asks the database on a connection of its own, so that whoever asks whether the server is ready takes no place from
 * people, and hears of the database rather than of how much is going on.
 *
 * @param probe what is asked; it rejects where the answer is no.
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
  // The next probe opens another connection, and says whether it can.
  pool.on('error', () => undefined);
  return {
    ready: async () => {
      await probe(pool);
      return true;
    },
    close: () => (pool.ending ? Promise.resolve() : pool.end()),
  };
}
