import type { ReadAccess } from '../../../application/ports/access-log.js';
import type { Database } from '../connection/database.js';

/** How many entries go into one statement. */
export const MAX_BATCH_ACCESSES = 500;

/** PostgreSQL gives the ids in the order of the calls, so that entries of one millisecond keep their order. */
const INSERT = {
  name: 'record accesses',
  text: `
INSERT INTO access_log (at, reader_kind, reader_id, consultation_id, subject_kind, subject_id, action, channel, request_id)
SELECT timestamptz 'epoch' + (r->>0)::float8 * interval '1 millisecond', r->>1, r->>2, r->>3, r->>4, r->>5, r->>6, r->>7, r->>8
FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS incoming(r, place)
ORDER BY place`,
};

/**
 * The values of an entry in the order in which the statement reads them. This is a copy, so callers may change their
 * objects afterwards.
 */
export type AccessValues = readonly [
  at: number,
  readerKind: string,
  readerId: string,
  consultationId: string | null,
  subjectKind: string | null,
  subjectId: string | null,
  action: string,
  channel: string,
  requestId: string,
];

export function valuesOf(access: ReadAccess): AccessValues {
  const { at, reader, consultationId, subject, action, channel, requestId } = access;
  const { kind: subjectKind = null, id: subjectId = null } = subject ?? {};
  return [at, reader.kind, reader.id, consultationId, subjectKind, subjectId, action, channel, requestId];
}

/** Stores all entries of the batch. If it throws, none of them is known to be stored. */
export async function insertAccesses(database: Database, batch: readonly AccessValues[]): Promise<void> {
  if (batch.length === 0) return;
  // This goes to the pool directly and not through Prisma: a prepared statement with one value for all entries, as
  // appends have it.
  await database.pool.query({ ...INSERT, values: [JSON.stringify(batch)] });
}
