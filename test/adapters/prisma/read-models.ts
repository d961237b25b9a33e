import { queryRows } from './prisma-storage.js';

/** Not read models: the log itself, who has read what, the row that is written as a test, and the list of applied migrations. */
const OTHER_TABLES = [
  'events',
  'access_log',
  'write_probe',
  'shared_uses',
  'shared_holds',
  '_prisma_migrations',
];

export type Contents = Readonly<Record<string, readonly string[]>>;

/** Every row of every read model, as text; tables are found in the catalogue, so that none can be forgotten. */
export async function readModelsOf(databaseUrl: string): Promise<Contents> {
  const tables = await queryRows<{ name: string }>(
    databaseUrl,
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_name <> ALL($1) ORDER BY table_name`,
    [OTHER_TABLES],
  );
  const everyRow = tables.map(
    ({ name }) => `SELECT '${name}' AS name, to_jsonb(t)::text AS row FROM "${name}" AS t`,
  );
  const rows = await queryRows<{ name: string; row: string }>(
    databaseUrl,
    `${everyRow.join(' UNION ALL ')} ORDER BY 1, 2`,
  );
  return Object.fromEntries(
    tables.map(({ name }) => [name, rows.filter((row) => row.name === name).map(({ row }) => row)]),
  );
}
