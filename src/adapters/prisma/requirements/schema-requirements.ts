import pg from 'pg';
import { onRow, type Requirement } from './requirement.js';
import { APPEND_FUNCTION, SERVING_PRIVILEGES } from './serving-privileges.js';

/** For each column that a sequence numbers, the statement that finds the newest number in use. */
const SEQUENCES: Readonly<Record<string, string>> = {
  'events.position': 'SELECT max(position) FROM events',
  // Ids follow the clock nearly always, and they have no index of their own.
  'access_log.id': 'SELECT id FROM access_log ORDER BY at DESC, id DESC LIMIT 1',
};

/** Checked before any table is looked for, because a role that may not use the schema would find none. */
const usableSchema = (schema: string): Requirement =>
  onRow<{ role: string; usable: boolean }>(
    `SELECT current_user AS role, current_schema() IS NOT NULL AS usable`,
    ({ role, usable }) =>
      usable
        ? null
        : `The role ${role} may not use the schema ${schema}: GRANT USAGE ON SCHEMA ${pg.escapeIdentifier(schema)} TO ${pg.escapeIdentifier(role)}`,
  );

/** Raw statements use the `search_path`, and those that Prisma writes name the schema. Both must mean the same table. */
const namesIn = (schema: string): readonly Requirement[] =>
  [...SERVING_PRIVILEGES.keys()].map((table) =>
    onRow<{ same: boolean | null }>(
      `SELECT to_regclass('${table}') = to_regclass(${pg.escapeLiteral(`${pg.escapeIdentifier(schema)}.${table}`)}) AS same`,
      ({ same }) => (same === true ? null : `The table ${table} is missing in the schema ${schema}`),
    ),
  );

const tablePrivileges = [...SERVING_PRIVILEGES].map(([table, needed]) =>
  onRow<{ missing: string[] | null; role: string }>(
    `SELECT current_user AS role, array_agg(needed) AS missing FROM unnest('{${needed.join(',')}}'::text[]) AS needed
     WHERE NOT has_table_privilege('${table}', needed)`,
    ({ missing, role }) =>
      missing === null
        ? null
        : `The role ${role} may not ${missing.join(', ')} on ${table}: GRANT ${missing.join(', ')} ON ${table} TO ${role}`,
  ),
);

const sequences = Object.entries(SEQUENCES).map(([column, newest]) => {
  const [table, name] = column.split('.');
  const sequence = `pg_get_serial_sequence('${table}', '${name}')`;
  return onRow<{ sequence: string | null; usable: boolean | null; ahead: boolean | null; role: string }>(
    // Servers before PostgreSQL 17 raise an error for a role that may not use the sequence, instead of returning
    // null.
    `SELECT ${sequence} AS sequence, has_sequence_privilege(${sequence}, 'USAGE') AS usable, current_user AS role,
            CASE WHEN has_sequence_privilege(${sequence}, 'USAGE')
              THEN coalesce((${newest}), 0) <= coalesce(pg_sequence_last_value(${sequence}::regclass), 0) END AS ahead`,
    ({ sequence: found, usable, ahead, role }) => {
      if (found === null) return `${column} has lost its sequence: ALTER SEQUENCE … OWNED BY ${column}`;
      if (usable !== true)
        return `The role ${role} may not use ${found}: GRANT USAGE ON SEQUENCE ${found} TO ${role}`;
      return ahead
        ? null
        : `${found} is behind ${column}: SELECT setval('${found}', max(${name})) FROM ${table}`;
    },
  );
});

const usableFunction = onRow<{ usable: boolean; role: string }>(
  `SELECT coalesce(has_function_privilege(to_regprocedure('${APPEND_FUNCTION}'), 'EXECUTE'), false) AS usable,
          current_user AS role`,
  ({ usable, role }) =>
    usable
      ? null
      : `The role ${role} may not call ${APPEND_FUNCTION}: GRANT EXECUTE ON FUNCTION ${APPEND_FUNCTION} TO ${role}`,
);

/** What the migrations have made, as the serving role sees it. */
export function schemaRequirements(schema: string): readonly Requirement[] {
  return [usableSchema(schema), ...namesIn(schema), ...tablePrivileges, ...sequences, usableFunction];
}
