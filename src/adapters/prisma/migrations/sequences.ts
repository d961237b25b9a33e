import type pg from 'pg';

/** The columns that sequences number, and how the newest number in use is found without reading the whole table. */
const NUMBERED = [
  { table: 'events', column: 'position', newest: 'SELECT max(position) FROM events' },
  {
    table: 'access_log',
    column: 'id',
    newest: 'SELECT id FROM access_log ORDER BY at DESC, id DESC LIMIT 1',
  },
] as const;

/**
 * Moves sequences that are behind their tables, as a copy by SQL leaves them, ahead again. A sequence that is right
 * is left alone, and so is one that this role may not read.
 *
 * @returns the columns whose sequences were behind.
 * @throws {Error} with one line when one is behind and this role may not change it.
 */
export async function mendSequences(session: pg.Pool): Promise<string[]> {
  const mended: string[] = [];
  for (const { table, column, newest } of NUMBERED) {
    const { rows } = await session.query<{ there: boolean }>(
      `SELECT to_regclass('${table}') IS NOT NULL AS there`,
    );
    if (rows[0]?.there !== true) continue;
    const sequence = `pg_get_serial_sequence('${table}', '${column}')`;
    const behind = await session.query<{ may_mend: boolean }>(
      `SELECT has_sequence_privilege(${sequence}, 'UPDATE') AS may_mend
       WHERE (${newest}) > CASE WHEN has_sequence_privilege(${sequence}, 'SELECT, USAGE')
         THEN coalesce(pg_sequence_last_value(${sequence}::regclass), 0) END`,
    );
    if (behind.rows[0] === undefined) continue;
    if (!behind.rows[0].may_mend) {
      throw new Error(
        `The sequence of ${table}.${column} is behind its table, and this role may not mend it: start once as the owner of the tables (DATABASE_MIGRATION_URL).`,
      );
    }
    await session.query(`SELECT setval(${sequence}, (SELECT max(${column}) FROM ${table}))`);
    mended.push(`${table}.${column}`);
  }
  return mended;
}
