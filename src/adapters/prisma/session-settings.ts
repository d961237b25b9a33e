/** How values are written and read, whatever the server, the database or the role has for defaults; `UrlOnlyClient` keeps time limits away. */
const VALUES: Readonly<Record<string, string>> = {
  // Instants are read as milliseconds since 1970: with few digits they are years off.
  extra_float_digits: '1',
  standard_conforming_strings: 'on',
};

/**
 * What statements that serve rely on; the time zone and the way in which dates are written `FailFastClient` asks for.
 * That it is so is verified at the start (`requirements/`).
 */
export const SERVING_SETTINGS: Readonly<Record<string, string>> = {
  ...VALUES,
  default_transaction_isolation: 'read committed',
  // What is acknowledged is on disk, whatever the operator's default trades for speed.
  synchronous_commit: 'on',
  // Short statements only: compiling them costs more than it saves.
  jit: 'off',
  // Reads are short ranges of an index, in its order. While the statistics lag behind a table that grows, PostgreSQL
  // would rather collect and sort all the rest of a conversation for one page of it.
  enable_bitmapscan: 'off',
};

/** What migrations rely on: their engine reads dates in one style only. */
export const MIGRATION_SETTINGS: Readonly<Record<string, string>> = {
  ...VALUES,
  DateStyle: 'ISO, MDY',
  TimeZone: 'UTC',
};

/** Adds the settings to those that the URL may have in its `options` already; a later one wins. */
export function withSettings(databaseUrl: string, settings: Readonly<Record<string, string>>): string {
  const url = new URL(databaseUrl);
  const flags = Object.entries(settings).map(([name, value]) => `-c ${name}=${value.replaceAll(' ', '\\ ')}`);
  const given = url.searchParams.get('options');
  url.searchParams.set('options', [...(given === null ? [] : [given]), ...flags].join(' '));
  return url.href;
}
