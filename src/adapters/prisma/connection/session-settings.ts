import pg from 'pg';
import { schemaOf } from './schema-name.js';

/** Settings by name, in the way in which PostgreSQL writes their values. */
type Settings = Readonly<Record<string, string>>;

/** These decide how values are written and read, whatever the defaults of the server, the database or the role are. */
const VALUES: Settings = {
  // Instants are read as numbers of milliseconds since 1970. With few digits they would be years off.
  extra_float_digits: '1',
  standard_conforming_strings: 'on',
  TimeZone: 'UTC',
  // Prisma's engine for migrations reads dates only in this style.
  DateStyle: 'ISO, MDY',
};

/**
 * Switches off limits that end a session or a statement without our asking. The database or the role may have such
 * limits for everybody, and they would hit the lock of the process, the migrations and the rebuild. Servers before
 * PostgreSQL 17 do not know the last one.
 */
const NO_LIMITS: Settings = {
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
  transaction_timeout: '0',
};

/** Further settings for statements that serve. The start verifies that they are in force (`requirements/`). */
export const SERVING_SETTINGS: Settings = {
  default_transaction_isolation: 'read committed',
  // Acknowledged data are on disk, even if the operator's default trades that for speed.
  synchronous_commit: 'on',
  // All statements are short, and compiling them would cost more than it saves.
  jit: 'off',
  // Reads are short ranges of an index, in its order. While the statistics lag behind a growing table, PostgreSQL
  // would rather collect and sort all the rest of a conversation for one page of it.
  enable_bitmapscan: 'off',
};

/**
 * The schema in which statements find tables and functions: one schema, and never that of another application or of
 * the role. PostgreSQL searches its own schema first in any case.
 */
export function searchPathOf(databaseUrl: string): string {
  return `"${schemaOf(databaseUrl)}"`;
}

/**
 * Makes the statement with which a session begins. It is a statement, because poolers refuse or drop settings that
 * connections ask for at their start.
 *
 * @param settings further settings. Time limits are in ms. Limits that are not named here are switched off.
 * @returns a function to be called with each connection before anything else. It rejects if the query does.
 */
export function sessionOpening(
  databaseUrl: string,
  settings: Settings = {},
): (session: Pick<pg.ClientBase, 'query'>) => Promise<void> {
  const wanted = { search_path: searchPathOf(databaseUrl), ...VALUES, ...NO_LIMITS, ...settings };
  const rows = Object.entries(wanted).map(
    ([name, value]) => `(${pg.escapeLiteral(name)}, ${pg.escapeLiteral(value)})`,
  );
  // The limit is switched off first, because an existing one may be shorter than this statement takes.
  const sql = `SET statement_timeout = 0; SELECT set_config(name, wanted.value, false) FROM (VALUES ${rows.join(', ')}) AS wanted (name, value)
    JOIN pg_catalog.pg_settings USING (name) WHERE setting <> wanted.value`;
  return async (session) => {
    await session.query(sql);
  };
}
