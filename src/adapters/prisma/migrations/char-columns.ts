import type { SqlDriverAdapter } from '@prisma/driver-adapter-utils';
import { ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import pg from 'pg';

/**
 * Lets results with columns of PostgreSQL's internal type "char" through. The engine reads them from the
 * catalogue (a constraint's kind, for one) and wants single characters; the driver adapter refuses the type.
 * So the columns pass the adapter as text, and get their real type behind it.
 */
export function acceptCharColumns(adapter: SqlDriverAdapter, session: pg.Pool): void {
  const charColumns = new WeakMap<object, number[]>();

  const query = session.query.bind(session) as (...args: unknown[]) => Promise<Partial<pg.QueryResult>>;
  const relabelled = async (...args: unknown[]): Promise<unknown> => {
    const result = await query(...args);
    const { fields = [], rows = [] } = result;
    const positions = fields.flatMap((field, index) =>
      field.dataTypeID === pg.types.builtins.CHAR ? [index] : [],
    );
    for (const field of fields) {
      if (field.dataTypeID === pg.types.builtins.CHAR) field.dataTypeID = pg.types.builtins.TEXT;
    }
    charColumns.set(rows, positions);
    return result;
  };
  Object.assign(session, { query: relabelled });

  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (sqlQuery) => {
    const result = await queryRaw(sqlQuery);
    for (const index of charColumns.get(result.rows) ?? []) {
      result.columnTypes[index] = ColumnTypeEnum.Character;
    }
    return result;
  };
}
