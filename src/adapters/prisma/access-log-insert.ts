import type { ReadAccess } from '../../application/ports/access-log.js';
import type { Database } from './database.js';

/** Entries that go into one statement. */
export const MAX_BATCH_ACCESSES = 500;

/** Ids are given in the order of the calls, so that entries of one millisecond keep it. */
const INSERT = `
INSERT INTO access_log (at, reader_kind, reader_id, consultation_id, subject_kind, subject_id, action, channel, request_id)
SELECT timestamptz 'epoch' + at_ms * interval '1 millisecond', reader_kind, reader_id, consultation_id, subject_kind,
       subject_id, action, channel, request_id
FROM unnest($1::float8[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
  WITH ORDINALITY
  AS incoming(at_ms, reader_kind, reader_id, consultation_id, subject_kind, subject_id, action, channel, request_id, place)
ORDER BY place`;

/** In the order of the statement's parameters. A copy: what callers do with their objects afterwards changes nothing. */
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

/** Stores all of them or, where it throws, none that is known of. */
export async function insertAccesses(database: Database, batch: readonly AccessValues[]): Promise<void> {
  const [first] = batch;
  if (first === undefined) return;
  const columns = first.map((_, column) => batch.map((values) => values[column]));
  await database.$executeRawUnsafe(INSERT, ...columns);
}
