/** The schema of the tables unless a URL names another one; it is PostgreSQL's default, too. */
export const DEFAULT_SCHEMA = 'public';

/** In bytes, which here are characters, too. PostgreSQL cuts longer names off. */
const MAX_NAME_LENGTH = 63;
/** Names that need no more than double quotes in SQL, and no escapes in a URL. */
const NAME = /^[A-Za-z0-9_-]+$/;
/** Names that PostgreSQL keeps for itself. */
const RESERVED = /^(pg_|information_schema$)/;

/** @returns the rule that the name of a schema breaks, to follow the name of the setting; null for a good one. */
export function complaintOfSchemaName(name: string): string | null {
  if (!NAME.test(name) || name.length > MAX_NAME_LENGTH) {
    return `must be a schema's name: 1 to ${MAX_NAME_LENGTH} of A-Z a-z 0-9 _ -`;
  }
  return RESERVED.test(name) ? "must not be one of PostgreSQL's own schemas" : null;
}

/** The schema that a URL names, in Prisma's way: `?schema=…`. Upper and lower case differ. */
export function schemaOf(databaseUrl: string): string {
  return new URL(databaseUrl).searchParams.get('schema') ?? DEFAULT_SCHEMA;
}
