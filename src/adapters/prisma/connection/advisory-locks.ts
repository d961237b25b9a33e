/**
 * An advisory lock of this product has two numbers. The first one, from this file, says what the lock is for, and the second
 * one on what it is held. Prisma's own lock for migrations has one number, so it is never the same.
 */

/** Held by appends together, by a reader of the settled log alone; on the table `events`. In a migration, too. */
export const APPEND_LOCK = 1_128_010_000;

/** Held by the process that serves alone, or together by those that serve as peers; on a schema. */
export const PROCESS_LOCK = 1_128_010_001;

/** Held while migrations are applied; on a schema other than the default one, which has Prisma's own lock. */
export const MIGRATION_LOCK = 1_128_010_002;

/** Left behind at a start, to see whether it stays; on a session. */
export const POOLING_PROBE_LOCK = 1_128_010_003;

/** Held while something is done that one process does for all of them; on a schema, and what is done. */
export const ONCE_LOCK = 1_128_010_004;

/**
 * Held together by appends that rely on a stream, alone by one that moves it on; on a part of all streams. So that no
 * transaction has more of them than PostgreSQL has room for by default, many streams share a part.
 */
export const GUARD_LOCK = 1_128_010_005;
const GUARD_PARTS = 64;

/** @param streamId in SQL. @returns the part, in SQL. */
export function guardPartOf(streamId: string): string {
  return `hashtext(${streamId}) & ${GUARD_PARTS - 1}`;
}
