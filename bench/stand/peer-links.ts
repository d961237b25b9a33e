import pg from 'pg';

/** How often links that have come back are ended again, in ms. */
const EVERY_MS = 50;
/** The `application_name` of the sessions by which processes listen. */
export const LISTENER = 'consultation-chat peers';
const END = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = '${LISTENER}'`;

/**
 * Ends the links by which processes hear each other through PostgreSQL, again and again. What they store goes another way.
 *
 * @returns what stops that.
 */
export async function endLinksOfPeers(databaseUrl: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  let isStopped = false;

  async function endAgainAndAgain(): Promise<void> {
    while (!isStopped) {
      await client.query(END);
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  }

  const ending = endAgainAndAgain();
  // Whoever stops it hears of a failure.
  ending.catch(() => {});
  return async () => {
    isStopped = true;
    await ending.finally(() => client.end());
  };
}
