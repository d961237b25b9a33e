import { onRow, type Requirement } from './requirement.js';

/** The oldest version that PostgreSQL's makers still mend at the time of this release. Tests run on 18. */
export const MIN_SERVER_VERSION = 15;
/** The factor of the major version in `server_version_num`. */
const MAJOR = 10_000;

const version = onRow<{ number: number; name: string }>(
  `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS name`,
  ({ number, name }) =>
    number >= MIN_SERVER_VERSION * MAJOR
      ? null
      : `server_version is ${name} and must be ${MIN_SERVER_VERSION} or newer: update PostgreSQL`,
);

const writable = onRow<{ in_recovery: boolean; read_only: boolean }>(
  `SELECT pg_is_in_recovery() AS in_recovery, current_setting('transaction_read_only')::bool AS read_only`,
  ({ in_recovery, read_only }) => {
    if (in_recovery) return 'DATABASE_URL leads to a replica, which cannot be written to: name the primary';
    return read_only
      ? 'default_transaction_read_only is on and must be off: set it with ALTER DATABASE or ALTER ROLE'
      : null;
  },
);

/** Requirements on the server itself, whatever the role is. */
export const serverRequirements: readonly Requirement[] = [version, writable];
