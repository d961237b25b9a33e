import type { Session } from '../connection/session.js';

/** Something that the code relies on. */
export interface Requirement {
  /** @returns a sentence without its full stop that names the setting to change; null where it is met. */
  check(session: Session): Promise<string | null>;
}

/** A requirement on one row. */
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
