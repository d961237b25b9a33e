import type { Session } from '../connection/session.js';

/** A condition that the database has to fulfil, because the code relies on it. */
export interface Requirement {
  /**
   * @returns a sentence without its full stop that names the setting to change; null where the condition is
   *   fulfilled.
   */
  check(session: Session): Promise<string | null>;
}

/** Makes a requirement on the one row of a query. */
export function onRow<Row extends object>(
  sql: string,
  complaintOf: (row: Row) => string | null,
): Requirement {
  return {
    check: async (session) => {
      const { rows } = await session.query<Row>(sql);
      const [row] = rows;
      return row === undefined ? `The database did not answer ${sql}` : complaintOf(row);
    },
  };
}
