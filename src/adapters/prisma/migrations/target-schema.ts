import pg from 'pg';
import { DEFAULT_SCHEMA } from '../connection/schema-name.js';
import type { Session } from '../connection/session.js';

/** A migration that the schema has noted, of whatever application. */
interface NotedMigration {
  readonly name: string;
  readonly state: 'done' | 'unfinished' | 'rolled back';
}

/** How many foreign tables a refusal names. */
const MAX_NAMED = 3;

/**
 * Creates the schema if it does not exist, and makes sure that the chat's migrations meet nothing of another
 * application there: neither its tables nor its notes of migrations. Changes nothing but the chat's own notes.
 *
 * @param names the names of the chat's migrations.
 * @returns whether one of them is still to be applied.
 * @throws {Error} with one line that says what to change.
 */
export async function prepareSchema(
  session: Session,
  schema: string,
  names: readonly string[],
): Promise<boolean> {
  await makeSchema(session, schema);
  const noted = await readNotes(session, schema);
  const own = noted.filter(({ name }) => names.includes(name));
  await refuseForeign(session, schema, { noted, own });
  const done = new Set(own.filter(({ state }) => state === 'done').map(({ name }) => name));
  // A role that only serves may not create anything, and need not if every migration is done.
  if (names.every((name) => done.has(name))) return false;
  await demandCreate(session, schema);
  const unfinished = own.filter(({ state }) => state === 'unfinished').map(({ name }) => name);
  if (unfinished.length > 0) await forget(session, unfinished);
  return true;
}

async function makeSchema(session: Session, schema: string): Promise<void> {
  const { rows } = await session.query<{ there: boolean; usable: boolean; may_make: boolean; role: string }>(
    `SELECT there, CASE WHEN there THEN has_schema_privilege($1, 'USAGE') END AS usable,
            has_database_privilege(current_database(), 'CREATE') AS may_make, current_user AS role
     FROM (SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1) AS there) AS found`,
    [schema],
  );
  const [{ there, usable, may_make, role }] = rows as [(typeof rows)[0]];
  const [quotedSchema, quotedRole] = [pg.escapeIdentifier(schema), pg.escapeIdentifier(role)];
  if (there) {
    if (usable) return;
    const remedy = `GRANT USAGE, CREATE ON SCHEMA ${quotedSchema} TO ${quotedRole}`;
    throw new Error(`The role ${role} may not use the schema ${schema}: ${remedy}.`);
  }
  if (!may_make) {
    const remedy = `CREATE SCHEMA ${quotedSchema} AUTHORIZATION ${quotedRole}`;
    throw new Error(
      `There is no schema ${schema}, and the role ${role} may not make it (CREATE on the database): ${remedy}.`,
    );
  }
  await session.query(`CREATE SCHEMA IF NOT EXISTS ${quotedSchema}`);
}

async function readNotes(session: Session, schema: string): Promise<readonly NotedMigration[]> {
  const { rows } = await session.query<{ readable: boolean; role: string }>(
    `SELECT has_table_privilege(oid, 'SELECT') AS readable, current_user AS role FROM pg_class
     WHERE relname = '_prisma_migrations' AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)`,
    [schema],
  );
  const [found] = rows;
  if (found === undefined) return [];
  if (!found.readable) {
    const remedy = `GRANT SELECT ON ${pg.escapeIdentifier(schema)}._prisma_migrations TO ${pg.escapeIdentifier(found.role)}`;
    const hint = schema === DEFAULT_SCHEMA ? `; where they are another application's: ${OWN_SCHEMA}` : '';
    throw new Error(
      `The role ${found.role} may not read which migrations the schema ${schema} has: ${remedy}${hint}.`,
    );
  }
  const { rows: noted } = await session.query<NotedMigration>(
    `SELECT migration_name AS name,
            CASE WHEN rolled_back_at IS NOT NULL THEN 'rolled back'
                 WHEN finished_at IS NULL THEN 'unfinished' ELSE 'done' END AS state
     FROM _prisma_migrations`,
  );
  return noted;
}

const OWN_SCHEMA = 'give the chat a schema of its own, with ?schema=chat in DATABASE_URL';
const OTHER_SCHEMA = 'name another one, with ?schema=… in DATABASE_URL';

/** @returns what to do when the schema belongs to another application. */
function remedyFor(schema: string): string {
  return schema === DEFAULT_SCHEMA ? OWN_SCHEMA : OTHER_SCHEMA;
}

interface Notes {
  readonly noted: readonly NotedMigration[];
  readonly own: readonly NotedMigration[];
}

/**
 * Refuses a schema that belongs to another application. If a migration of the chat is done, the schema is the chat's,
 * even if it notes other migrations: those of a newer version, or of another application that has long shared it. But
 * nobody may touch those, and Prisma stops at one that is unfinished.
 */
async function refuseForeign(session: Session, schema: string, { noted, own }: Notes): Promise<void> {
  const foreign = noted.filter((migration) => !own.includes(migration));
  const unfinished = foreign.find(({ state }) => state === 'unfinished');
  if (unfinished !== undefined) {
    throw new Error(
      `The schema ${schema} has an unfinished migration that this version does not know, ${nameable(unfinished.name)}: where it is another application's, ${remedyFor(schema)}.`,
    );
  }
  if (own.some(({ state }) => state === 'done')) return;
  const [migration] = foreign;
  if (migration !== undefined) {
    throw new Error(
      `The schema ${schema} has the migrations of another application (such as ${nameable(migration.name)}): ${remedyFor(schema)}.`,
    );
  }
  const tables = await foreignTables(session, schema);
  if (tables.length > 0) throw notEmpty(schema, tables);
}

/** The tables and other objects that the schema has already, except those of extensions. */
async function foreignTables(session: Session, schema: string): Promise<readonly string[]> {
  const { rows } = await session.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class AS c
     WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND relkind IN ('r', 'p', 'v', 'm', 'f')
       AND relname <> '_prisma_migrations'
       AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')
     ORDER BY relname LIMIT ${MAX_NAMED}`,
    [schema],
  );
  return rows.map(({ name }) => name);
}

/** @param tables some of the tables that are there; those of extensions are not named. */
export function notEmpty(schema: string, tables: readonly string[] = []): Error {
  const such = tables.length === 0 ? '' : ` (such as ${tables.map(nameable).join(', ')})`;
  return new Error(
    `The schema ${schema} has tables already that are not the chat's${such}: ${remedyFor(schema)}.`,
  );
}

async function demandCreate(session: Session, schema: string): Promise<void> {
  const { rows } = await session.query<{ may_create: boolean; role: string }>(
    `SELECT has_schema_privilege($1, 'CREATE') AS may_create, current_user AS role`,
    [schema],
  );
  const [{ may_create, role }] = rows as [(typeof rows)[0]];
  if (may_create) return;
  const remedy = `GRANT CREATE ON SCHEMA ${pg.escapeIdentifier(schema)} TO ${pg.escapeIdentifier(role)}`;
  throw new Error(
    `The role ${role} may not make tables in the schema ${schema} (CREATE): ${remedy}, or name a role that may in DATABASE_MIGRATION_URL.`,
  );
}

/**
 * Deletes the notes of migrations that failed. Each has run as one transaction and has left nothing behind, so it can
 * run again.
 */
async function forget(session: Session, names: readonly string[]): Promise<void> {
  await session.query(
    `UPDATE _prisma_migrations SET rolled_back_at = now()
     WHERE finished_at IS NULL AND rolled_back_at IS NULL AND migration_name = ANY ($1)`,
    [names],
  );
}

/** Shortens the name of another application's object to one line. */
function nameable(name: string): string {
  return name.replace(/[^\w.-]/g, '?').slice(0, 63);
}
