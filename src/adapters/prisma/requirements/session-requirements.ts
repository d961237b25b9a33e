import { onRow, type Requirement } from './requirement.js';

interface Setting {
  readonly name: string;
  readonly accepted: readonly string[];
  /** What to do where the session does not have the setting. */
  readonly remedy: string;
}

/** For settings that every connection makes when it opens: only something in between can have taken them away. */
const DROPPED = `a pooler in between does not keep what a session has set: let DATABASE_URL lead to PostgreSQL itself`;

const SETTINGS: readonly Setting[] = [
  {
    name: 'server_encoding',
    accepted: ['UTF8'],
    remedy: 'the chat needs a database that was created with ENCODING UTF8',
  },
  { name: 'client_encoding', accepted: ['UTF8'], remedy: DROPPED },
  { name: 'TimeZone', accepted: ['UTC', 'Etc/UTC'], remedy: DROPPED },
  {
    name: 'DateStyle',
    accepted: ['ISO, MDY', 'ISO, DMY', 'ISO, YMD'],
    remedy: DROPPED,
  },
  { name: 'default_transaction_isolation', accepted: ['read committed'], remedy: DROPPED },
  { name: 'synchronous_commit', accepted: ['on', 'remote_apply'], remedy: DROPPED },
  { name: 'standard_conforming_strings', accepted: ['on'], remedy: DROPPED },
  // Any of these values keeps all digits of an instant.
  { name: 'extra_float_digits', accepted: ['1', '2', '3', '0'], remedy: DROPPED },
];

/**
 * Requirements on how a session of the pool reads and writes values, and in which schema.
 *
 * @param searchPath as PostgreSQL writes it.
 */
export function sessionRequirements(searchPath: string): readonly Requirement[] {
  const where = { name: 'search_path', accepted: [searchPath], remedy: DROPPED };
  return [...SETTINGS, where].map(({ name, accepted, remedy }) =>
    onRow<{ value: string }>(`SELECT current_setting('${name}') AS value`, ({ value }) =>
      accepted.includes(value) ? null : `${name} is ${value} and must be ${accepted[0]}: ${remedy}`,
    ),
  );
}
