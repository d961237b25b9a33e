import pg from 'pg';

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

/** Today pg verifies the server with all of them, and says in many lines on the standard error that it may not always. */
const VERIFYING_MODES: readonly (string | null)[] = ['prefer', 'require', 'verify-ca'];

/**
 * pg lets a URL overrule what the code asks for: with a name for all connections the lock of the process would take its
 * own for another server's.
 */
function withoutOverrides(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  for (const name of [...url.searchParams.keys()]) {
    if (!OF_THE_URL.has(name)) url.searchParams.delete(name);
  }
  const isLikeLibpq = url.searchParams.get('uselibpqcompat') === 'true';
  if (!isLikeLibpq && VERIFYING_MODES.includes(url.searchParams.get('sslmode'))) {
    url.searchParams.set('sslmode', 'verify-full');
  }
  const options = url.searchParams.get('options');
  if (options !== null) url.searchParams.set('options', `${options} -c statement_timeout=0`);
  return url.href;
}

function asTheCodeAsks(config: string | pg.ClientConfig | undefined): string | pg.ClientConfig | undefined {
  if (typeof config === 'string') return withoutOverrides(config);
  if (config?.connectionString === undefined) return config;
  return { ...config, connectionString: withoutOverrides(config.connectionString) };
}

/**
 * A connection that goes where its URL says, as the code asks for it, and nothing else: pg fills what a URL leaves out
 * from variables that were meant for other programs, and from `~/.pgpass`. What its session needs, `sessionOpening` sets.
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
    // A connection that is lost shows at its next statement. Unheard, the event would end the process, and a pool hears it
    // only of connections that it has not lent: between that and the borrower's listener the end of a server may arrive.
    this.on('error', () => {});
  }
}
