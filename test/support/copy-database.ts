import pg from 'pg';

/** What a copy by SQL takes along. What the migrations themselves have written is there already. */
const SKIPPED = ['_prisma_migrations', 'write_probe', 'shared_uses', 'shared_holds'];

/**
 * Copies every row of one database into another that has the same tables and no rows, as a dump and a restore do: numbers
 * stay what they were, and the transaction ids of the new cluster are its own.
 *
 * @param sequences false forgets them, as those do who copy by hand.
 */
export async function copyDatabase(from: string, to: string, sequences = true): Promise<void> {
  const [source, target] = [await connected(from), await connected(to)];
  try {
    const { rows: tables } = await source.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables
       WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND NOT table_name = ANY ($1)`,
      [SKIPPED],
    );
    for (const { name } of tables) {
      const { rows } = await source.query<{ rows: string }>(
        `SELECT coalesce(jsonb_agg(to_jsonb(t)), '[]')::text AS rows FROM "${name}" AS t`,
      );
      // As pg_dump does: the target computes what is generated.
      const { rows: columns } = await source.query<{ names: string }>(
        `SELECT string_agg(format('%I', column_name), ', ') AS names FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name = $1 AND is_generated = 'NEVER'`,
        [name],
      );
      const names = columns[0]?.names;
      await target.query(
        `INSERT INTO "${name}" (${names}) SELECT ${names} FROM jsonb_populate_recordset(NULL::"${name}", $1::jsonb)`,
        [rows[0]?.rows],
      );
    }
    const { rows: found } = await source.query<{ name: string; last: string | null }>(
      'SELECT sequencename AS name, last_value::text AS last FROM pg_sequences',
    );
    for (const { name, last } of sequences ? found : []) {
      if (last !== null) await target.query('SELECT setval($1::regclass, $2::text::bigint)', [name, last]);
    }
  } finally {
    await Promise.all([source.end(), target.end()]);
  }
}

async function connected(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}
