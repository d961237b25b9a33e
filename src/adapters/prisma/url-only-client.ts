import pg from 'pg';
import { withSettings } from './session-settings.js';

/** By which libpq and pg let the surroundings decide about a connection: `PGSSLMODE`, `PGOPTIONS`, `PGHOST` … */
const OF_THE_SURROUNDINGS = /^PG[A-Z_]+$/;

/** Names of the variables that would decide about connections if the URL were not everything. */
export function ignoredVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(env).filter((name) => OF_THE_SURROUNDINGS.test(name) && env[name] !== '');
}

/** What a URL may say of a connection: where it leads, as whom, and how it is secured. */
const OF_THE_URL = new Set([
  'host',
  'port',
  'user',
  'password',
  'options',
  'ssl',
  'sslmode',
  'sslcert',
  'sslkey',
  'sslrootcert',
  'sslnegotiation',
  'uselibpqcompat',
]);

/**
 * What ends a session or a statement of somebody's who has not asked for it: the database or the role may have one for
 * all, and it would fall upon the lock of the process, the migrations and the rebuild.
 */
const NO_LIMITS = {
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
};

/** Those before PostgreSQL 17 do not know it and would refuse a connection that asks for it. */
const TRANSACTION_LIMIT = 'transaction_timeout';

/**
 * Sets such limits once a connection is open: behind a pooler that drops what connections ask for at their start, those of
 * the database are still in force.
 *
 * @param limits in ms; those that are not named end nothing.
 * @returns rejects where the query does.
 */
export function limitedTo(
  limits: Readonly<Record<string, number>>,
): (session: Pick<pg.Client, 'query'>) => Promise<void> {
  const wanted = [...Object.keys(NO_LIMITS), TRANSACTION_LIMIT].map(
    (name) => `('${name}', '${limits[name] ?? 0}')`,
  );
  const sql = `SELECT set_config(name, wanted.value, false) FROM (VALUES ${wanted.join(', ')}) AS wanted (name, value)
    JOIN pg_settings USING (name) WHERE setting <> wanted.value`;
  return async (session) => {
    await session.query(sql);
  };
}

/** For whoever waits as long as it takes, or counts the time itself. */
export const unlimited = limitedTo({});

/**
 * pg lets a URL overrule what the code asks for: with a name for all connections the lock of the process would take its
 * own for another server's.
 */
function withoutOverrides(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  for (const name of [...url.searchParams.keys()]) {
    if (!OF_THE_URL.has(name)) url.searchParams.delete(name);
  }
  // Behind what the URL asks for. What the code asks for by itself comes last of all.
  return withSettings(url.href, NO_LIMITS);
}

function asTheCodeAsks(config: string | pg.ClientConfig | undefined): string | pg.ClientConfig | undefined {
  if (typeof config === 'string') return withoutOverrides(config);
  if (config?.connectionString === undefined) return config;
  return { ...config, connectionString: withoutOverrides(config.connectionString) };
}

/**
 * A connection that goes where its URL says, as the code asks for it, and nothing else: pg fills what a URL leaves out
 * from variables that were meant for other programs, and from `~/.pgpass`. Nobody's defaults end its statements.
 */
export class UrlOnlyClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    // pg reads them while it makes the client and at no other time; nobody else runs until it is made.
    const hidden = ignoredVariables(process.env).map((name) => [name, process.env[name]] as const);
    for (const [name] of hidden) delete process.env[name];
    try {
      super(asTheCodeAsks(config));
    } finally {
      Object.assign(process.env, Object.fromEntries(hidden));
    }
    // Without a password pg would look for one in files; an empty one it shows as it is.
    Object.assign(this, { password: this.password ?? '' });
  }
}
