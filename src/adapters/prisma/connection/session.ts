/** Anything that runs a statement: a connection, or a pool that lends one for it. */
export interface Session {
  query<Row extends object>(sql: string, values?: unknown[]): Promise<{ readonly rows: Row[] }>;
}
