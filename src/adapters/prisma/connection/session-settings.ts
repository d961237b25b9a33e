import pg from 'pg';
import { schemaOf } from './schema-name.js';

/** By name, in the way in which PostgreSQL writes them. */
type Settings = Readonly<Record<string, string>>;

/** How values are written and read, whatever the server, the database or the role has for defaults. */
const VALUES: Settings = {
  // Instants are read as milliseconds since 1970: with few digits they are years off.
  extra_float_digits: '1',
  standard_conforming_strings: 'on',
  TimeZone: 'UTC',
  // Prisma's engine for migrations reads dates in this style only.
  DateStyle: 'ISO, MDY',
};

/**
 * What ends a session or a statement of somebody's who has not asked for it: the database or the role may have one for
 * all, and it would fall upon the lock of the process, the migrations and the rebuild. Servers before PostgreSQL 17 do not
 * know the last one.
 */
const NO_LIMITS: Settings = {
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
  transaction_timeout: '0',
};

/** What statements that serve rely on, besides. That it is so is verified at the start (`requirements/`). */
export const SERVING_SETTINGS: Settings = {
  default_transaction_isolation: 'read committed',
  // What is acknowledged is on disk, whatever the operator's default trades for speed.
  synchronous_commit: 'on',
  // Short statements only: compiling them costs more than it saves.
  jit: 'off',
  // Reads are short ranges of an index, in its order. While the statistics lag behind a table that grows, PostgreSQL
  // would rather collect and sort all the rest of a conversation for one page of it.
  enable_bitmapscan: 'off',
};

/**
 * Where statements find tables and functions: in one schema, and never in that of another application or of the role.
 * PostgreSQL's own come first by themselves.
 */
export function searchPathOf(databaseUrl: string): string {
  return `"${schemaOf(databaseUrl)}"`;
}

/**
 * What makes a session of PostgreSQL ours once its connection is open. It is a statement, because poolers refuse or drop
 * what connections ask for at their start.
 *
 * @param settings in addition; time limits are in ms, and those that are not named end nothing.
 * @returns to be called with each connection before anything else; rejects where the query does.
 */
export function sessionOpening(
  databaseUrl: string,
  settings: Settings = {},
): (session: Pick<pg.Client, 'query'>) => Promise<void> {
  const wanted = { search_path: searchPathOf(databaseUrl), ...VALUES, ...NO_LIMITS, ...settings };
  const rows = Object.entries(wanted).map(
    ([name, value]) => `(${pg.escapeLiteral(name)}, ${pg.escapeLiteral(value)})`,
  );
  // Somebody's own limit may be shorter than it takes to end it.
  const sql = `SET statement_timeout = 0; SELECT set_config(name, wanted.value, false) FROM (VALUES ${rows.join(', ')}) AS wanted (name, value)
    JOIN pg_catalog.pg_settings USING (name) WHERE setting <> wanted.value`;
  return async (session) => {
    await session.query(sql);
  };
}
