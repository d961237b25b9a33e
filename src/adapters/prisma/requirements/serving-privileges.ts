import pg from 'pg';
import { READ_MODELS } from '../connection/read-model-tables.js';
import type { Session } from '../connection/session.js';
import { sessionOpening } from '../connection/session-settings.js';
import { cannotOpen } from '../connection/unreachable.js';
import { UrlOnlyClient } from '../connection/url-only-client.js';

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * The serving role may add to tables that are append-only, and change tables that can be rebuilt. The documents show
 * the same statements, for those who apply migrations in another way.
 */
const APPEND_ONLY = ['events', 'access_log'] as const;

/** What all processes count together. These tables are written all the time, and losing them would do no harm. */
const SHARED_COUNTS = ['shared_uses', 'shared_holds'] as const;

/** Other tables. The server only reads them, except for the one row that it writes to see whether it can. */
const OTHERS = ['write_probe', '_prisma_migrations'] as const;

/** What appends call. Everybody may call a new function, unless the database has other defaults. */
export const APPEND_FUNCTION = 'streams_moved_on(text[],integer[])';

/** The privileges by table. The start verifies them through the connections that serve. */
export const SERVING_PRIVILEGES: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ...APPEND_ONLY.map((table) => [table, ['SELECT', 'INSERT']] as const),
  ...[...READ_MODELS, ...SHARED_COUNTS].map(
    (table) => [table, ['SELECT', 'INSERT', 'UPDATE', 'DELETE']] as const,
  ),
  ['write_probe', ['SELECT', 'INSERT', 'UPDATE']],
]);

/** @param role the name of the role, quoted if it has to be. */
export function servingGrants(role: string): readonly string[] {
  const all = [...APPEND_ONLY, ...READ_MODELS, ...SHARED_COUNTS, ...OTHERS].join(', ');
  return [
    `REVOKE ALL ON ${all} FROM ${role}`,
    `GRANT SELECT ON ${all} TO ${role}`,
    `GRANT INSERT ON ${APPEND_ONLY.join(', ')} TO ${role}`,
    `GRANT INSERT, UPDATE, DELETE ON ${[...READ_MODELS, ...SHARED_COUNTS].join(', ')} TO ${role}`,
    `GRANT INSERT, UPDATE ON write_probe TO ${role}`,
    `GRANT USAGE, SELECT ON SEQUENCE events_position_seq, access_log_id_seq TO ${role}`,
    `GRANT EXECUTE ON FUNCTION ${APPEND_FUNCTION} TO ${role}`,
  ];
}

/** Gives another role the privileges that it needs to serve and takes all others from it, in one transaction. */
export async function grantServing(session: Session, schema: string, role: string): Promise<void> {
  const { rows } = await session.query<{ name: string; usable: boolean }>(
    `SELECT current_user::text AS name, has_schema_privilege($1, $2, 'USAGE') AS usable`,
    [role, schema],
  );
  const [{ name, usable }] = rows as [(typeof rows)[0]];
  if (name === role) return;
  const quoted = pg.escapeIdentifier(role);
  const onSchema = usable ? [] : [`GRANT USAGE ON SCHEMA ${pg.escapeIdentifier(schema)} TO ${quoted}`];
  // A text without parameters is sent as a whole, and is one transaction.
  await session.query([...onSchema, ...servingGrants(quoted)].join(';\n'));
}

/** How much power the serving role has over the log. */
export interface ServingRole {
  readonly name: string;
  readonly superuser: boolean;
  /** Whether the role owns the tables of the log, or is a member of a role that does. */
  readonly owner: boolean;
}

/** The role that a URL signs in as, by PostgreSQL's own answer. A pooler may have other names for users. */
export async function roleNameOf(databaseUrl: string): Promise<string> {
  return withSession(databaseUrl, async (session) => {
    const { rows } = await session.query('SELECT current_user AS name');
    return (rows as [{ name: string }])[0].name;
  });
}

/** Asks a database whose migrations are applied. */
export async function servingRoleOf(session: Session): Promise<ServingRole> {
  const { rows } = await session.query(`
    SELECT current_user::text AS name,
           (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser,
           bool_or(pg_has_role(relowner, 'MEMBER')) AS owner
    FROM pg_class WHERE oid IN ('events'::regclass, 'access_log'::regclass)`);
  return (rows as [ServingRole])[0];
}

async function withSession<Result>(
  databaseUrl: string,
  use: (session: Session) => Promise<Result>,
): Promise<Result> {
  const client = new UrlOnlyClient({
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'consultation-chat migrations',
  });
  await client.connect().catch((error: unknown) => {
    throw cannotOpen(databaseUrl, error);
  });
  try {
    await sessionOpening(databaseUrl)(client);
    return await use(client);
  } finally {
    await client.end();
  }
}
