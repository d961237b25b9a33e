import type pg from 'pg';

/** What a sequence gives the numbers of, and how the newest one in use is found without reading the whole table. */
const NUMBERED = [
  { table: 'events', column: 'position', newest: 'SELECT max(position) FROM events' },
  {
    table: 'access_log',
    column: 'id',
    newest: 'SELECT id FROM access_log ORDER BY at DESC, id DESC LIMIT 1',
  },
] as const;

/**
 * Puts sequences that are behind their tables, as a copy by SQL leaves them, in front again. A sequence that is right is
 * left alone. Only for who may write to sequences, such as their owner.
 *
 * @returns the columns whose sequences were behind.
 */
export async function mendSequences(session: pg.Pool): Promise<string[]> {
  const mended: string[] = [];
  for (const { table, column, newest } of NUMBERED) {
    const { rows } = await session.query<{ there: boolean }>(
      `SELECT to_regclass('${table}') IS NOT NULL AS there`,
    );
    if (rows[0]?.there !== true) continue;
    const sequence = `pg_get_serial_sequence('${table}', '${column}')`;
    const { rowCount } = await session.query(
      `SELECT setval(${sequence}, (SELECT max(${column}) FROM ${table}))
       WHERE (${newest}) > coalesce(pg_sequence_last_value(${sequence}::regclass), 0)`,
    );
    if (rowCount === 1) mended.push(`${table}.${column}`);
  }
  return mended;
}
