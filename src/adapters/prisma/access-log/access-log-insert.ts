import type { ReadAccess } from '../../../application/ports/access-log.js';
import type { Database } from '../connection/database.js';

/** Entries that go into one statement. */
export const MAX_BATCH_ACCESSES = 500;

/** Ids are given in the order of the calls, so that entries of one millisecond keep it. */
const INSERT = {
  name: 'record accesses',
  text: `
INSERT INTO access_log (at, reader_kind, reader_id, consultation_id, subject_kind, subject_id, action, channel, request_id)
SELECT timestamptz 'epoch' + (r->>0)::float8 * interval '1 millisecond', r->>1, r->>2, r->>3, r->>4, r->>5, r->>6, r->>7, r->>8
FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS incoming(r, place)
ORDER BY place`,
};

/** In the order in which the statement reads them. A copy: what callers do with their objects afterwards changes nothing. */
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

/** Stores all of them. Where it throws, none is known to be stored. */
export async function insertAccesses(database: Database, batch: readonly AccessValues[]): Promise<void> {
  if (batch.length === 0) return;
  // Below Prisma, prepared and with one value for all of them, as appends are.
  await database.pool.query({ ...INSERT, values: [JSON.stringify(batch)] });
}
