/** Where tables are unless a URL names another schema: PostgreSQL's own first one. */
export const DEFAULT_SCHEMA = 'public';

/** PostgreSQL cuts longer names off, in bytes; of these characters each is one. */
const MAX_NAME_LENGTH = 63;
/** What needs no more than double quotes in SQL, and no escapes in a URL. */
const NAME = /^[A-Za-z0-9_-]+$/;
/** PostgreSQL keeps them for itself. */
const RESERVED = /^(pg_|information_schema$)/;

/** @returns what a schema's name has to be, where this one is not; null for a good one. */
export function complaintOfSchemaName(name: string): string | null {
  if (!NAME.test(name) || name.length > MAX_NAME_LENGTH) {
    return `must be a schema's name: 1 to ${MAX_NAME_LENGTH} of A-Z a-z 0-9 _ -`;
  }
  return RESERVED.test(name) ? "must not be one of PostgreSQL's own schemas" : null;
}

/** The schema that a URL names, as Prisma has it: `?schema=…`. Upper case counts. */
export function schemaOf(databaseUrl: string): string {
  return new URL(databaseUrl).searchParams.get('schema') ?? DEFAULT_SCHEMA;
}
