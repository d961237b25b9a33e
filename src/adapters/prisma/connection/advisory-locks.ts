/**
 * An advisory lock of this product has two numbers. The first one, from this file, says what the lock is for, and the
 * second one on what it is held. Prisma's own lock for migrations has one number, so it is never the same.
 */

/** On the table `events`. Appends hold it together; a reader of the settled log, and a migration, hold it alone. */
export const APPEND_LOCK = 1_128_010_000;

/** On a schema. A process that serves alone holds it alone; processes that serve as peers hold it together. */
export const PROCESS_LOCK = 1_128_010_001;

/** On a schema, while migrations are applied to it. The default schema has Prisma's own lock instead. */
export const MIGRATION_LOCK = 1_128_010_002;

/** On a session. A start ends a session that holds it, to see whether a pooler keeps it. */
export const POOLING_PROBE_LOCK = 1_128_010_003;

/** On a schema and a piece of work, while one process does that work for all of them. */
export const ONCE_LOCK = 1_128_010_004;

/**
 * On a part of all streams. Appends that rely on a stream hold it together, and an append that moves the stream on
 * holds it alone. Many streams share a part, so that no transaction has more of these locks than PostgreSQL has room
 * for by default.
 */
export const GUARD_LOCK = 1_128_010_005;
const GUARD_PARTS = 64;

/** @param streamId in SQL. @returns the part, in SQL. */
export function guardPartOf(streamId: string): string {
  return `hashtext(${streamId}) & ${GUARD_PARTS - 1}`;
}
