import pg from 'pg';

/** By which libpq and pg let the surroundings decide about a connection: `PGSSLMODE`, `PGOPTIONS`, `PGHOST` … */
const OF_THE_SURROUNDINGS = /^PG[A-Z_]+$/;

/** Names of the variables that would decide about connections if the URL were not everything. */
export function ignoredVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(env).filter((name) => OF_THE_SURROUNDINGS.test(name) && env[name] !== '');
}

/**
 * A connection that is as its URL says and nothing else: pg fills what a URL leaves out from variables that were meant
 * for other programs, and from `~/.pgpass`.
 */
export class UrlOnlyClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    // pg reads them while it makes the client and at no other time; nobody else runs until it is made.
    const hidden = ignoredVariables(process.env).map((name) => [name, process.env[name]] as const);
    for (const [name] of hidden) delete process.env[name];
    try {
      super(config);
    } finally {
      Object.assign(process.env, Object.fromEntries(hidden));
    }
    // Without a password pg would look for one in files; an empty one it shows as it is.
    Object.assign(this, { password: this.password ?? '' });
  }
}
