import pg from 'pg';

/** Variables by which the environment decides about connections of libpq and pg, such as `PGSSLMODE` and `PGHOST`. */
const OF_THE_SURROUNDINGS = /^PG[A-Z_]+$/;

/** The names of the variables that are set and have no effect here, because the URL says everything. */
export function ignoredVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(env).filter((name) => OF_THE_SURROUNDINGS.test(name) && env[name] !== '');
}

/** The parameters that a URL may have. They say where the connection leads, as whom, and how it is secured. */
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
 * Today pg verifies the server in all of these modes, and warns in many lines on the standard error that it may not
 * always do so.
 */
const VERIFYING_MODES: readonly (string | null)[] = ['prefer', 'require', 'verify-ca'];

/**
 * Takes parameters off the URL that would overrule the code. With one `application_name` for all connections, for
 * instance, the lock of the process would mistake its own session for another server's.
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
 * A connection that goes where its URL says, with the settings that the code asks for. pg itself would fill in what a
 * URL leaves out, from variables that were meant for other programs and from `~/.pgpass`. The session begins with
 * `sessionOpening`.
 */
export class UrlOnlyClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    // pg reads the variables only while the client is made, and no other code runs until it is made.
    const hidden = ignoredVariables(process.env).map((name) => [name, process.env[name]] as const);
    for (const [name] of hidden) delete process.env[name];
    try {
      super(asTheCodeAsks(config));
    } finally {
      Object.assign(process.env, Object.fromEntries(hidden));
    }
    // Without a password, pg would look for one in files. An empty one keeps it from that.
    Object.assign(this, { password: this.password ?? '' });
    // A lost connection shows at its next statement. Without a listener, its `error` event would end the process. A
    // pool listens only until it lends the connection, and the server may end before the borrower listens.
    this.on('error', () => {});
  }
}
