import {
  type AccessLog,
  type AccessLogEntry,
  type AccessLogFilter,
  MAX_ACCESS_LOG_PAGE,
  type Reader,
} from '../../../application/ports/access-log.js';
import { DAY_MS, type Instant, MINUTE_MS } from '../../../domain/instant.js';
import type { Database, Transaction } from '../connection/database.js';
import {
  type AccessKind,
  cursorOf,
  isLater,
  LAST_POSITION,
  type SortKey,
  sortKeyOf,
} from './access-log-cursor.js';
import {
  type AccessRow,
  type Range,
  readsStatement,
  type Statement,
  type WhoAndWhere,
  writesInSpanStatement,
  writesStatement,
} from './access-log-sql.js';

/** The first and the last instant of the years 0 to 9999; PostgreSQL may not accept others. */
const FIRST_INSTANT: Instant = Date.parse('0000-01-01T00:00:00.000Z');
const LAST_INSTANT: Instant = Date.parse('9999-12-31T23:59:59.999Z');
/**
 * How far back the first search for the newest writes reaches, the factor by which each further one reaches back
 * more, and the longest span after which the rest is searched at once.
 */
const FIRST_SPAN_MS = MINUTE_MS;
const SPAN_FACTOR = 8;
const LONGEST_SPAN_MS = 2_000 * DAY_MS;
const LONGEST_SPAN_OF_DOCTOR_MS = DAY_MS;
const LIMITS = { maxWait: 2_000, timeout: 3_500 };

/**
 * Every question has an index. Its plan must not depend on statistics that lag behind growing tables, nor on a plan
 * that was made for another question.
 */
const BY_INDEX = `SELECT set_config('enable_seqscan', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true)`;
/** PostgreSQL can use the index on the instants of events only by a bitmap scan, which is off otherwise. */
const ALLOW_BITMAPS = `SELECT set_config('enable_bitmapscan', 'on', true)`;

export function createAccessLogQuery(database: Database): AccessLog['query'] {
  return async (filter, after, limit) => {
    const behind = after === null ? null : sortKeyOf(after);
    if (after !== null && behind === null) return null;
    const size = Math.min(limit, MAX_ACCESS_LOG_PAGE);
    const found = await database.$transaction(async (transaction) => {
      await transaction.$queryRawUnsafe(BY_INDEX);
      const reads = await run(transaction, readsStatement(filter, rangeOf('read', filter, behind, size + 1)));
      const writes = await writesOf(transaction, filter, rangeOf('write', filter, behind, size + 1));
      return [...reads, ...writes];
    }, LIMITS);
    found.sort((a, b) => (isLater(sortKeyOfRow(a), sortKeyOfRow(b)) ? -1 : 1));
    const page = found.slice(0, size);
    const last = found.length > size ? page.at(-1) : undefined;
    return { entries: page.map(entryOf), next: last === undefined ? null : cursorOf(sortKeyOfRow(last)) };
  };
}

function writesOf(
  transaction: Transaction,
  filter: WhoAndWhere,
  range: Range,
): Promise<readonly AccessRow[]> {
  const { consultationId, person, subject = null } = filter;
  // Writes have an author, so nobody writes as `anyone`. The subject of a write is a patient or nobody.
  const isAboutPatient = subject?.kind === 'patient';
  if (person?.kind === 'anyone' || (subject !== null && !isAboutPatient)) return Promise.resolve([]);
  if (consultationId !== null || isAboutPatient) return run(transaction, writesStatement(filter, range));
  switch (person?.kind) {
    case 'patient':
    case 'admin':
    case 'system':
      return run(transaction, writesStatement(filter, range));
    // Half of a clinic's consultations may be this doctor's, so their latest writes are found sooner by time.
    case 'doctor':
      return writesBySpans(transaction, filter, range, LONGEST_SPAN_OF_DOCTOR_MS);
    case undefined:
      return writesBySpans(transaction, filter, range, LONGEST_SPAN_MS);
  }
}

/**
 * Reads the newest events of the range. The log has no index in the order of the instants, because every message
 * would pay for it. It has one (BRIN) that says in which parts of the table a time span lies. So the search goes
 * back span by span, each longer than the one before, until it has enough rows. Everything older than the longest
 * span is searched at once.
 */
async function writesBySpans(
  transaction: Transaction,
  filter: WhoAndWhere,
  range: Range,
  longestMs: number,
): Promise<readonly AccessRow[]> {
  const newest = await newestWrite(transaction);
  if (newest === null) return [];
  await transaction.$queryRawUnsafe(ALLOW_BITMAPS);
  const start = Math.min(newest, range.before.at);
  const rows: AccessRow[] = [];
  let { before } = range;
  for (let spanMs = FIRST_SPAN_MS; ; spanMs *= SPAN_FACTOR) {
    const isRest = spanMs > longestMs;
    const from = isRest ? range.from : Math.max(range.from, start - spanMs);
    const span: Range = { before, from, limit: range.limit - rows.length };
    const statement = isRest ? writesStatement(filter, span) : writesInSpanStatement(filter, span);
    rows.push(...(await run(transaction, statement)));
    if (rows.length >= range.limit || from <= range.from) return rows;
    before = { at: from, position: '0' };
  }
}

/** The instant of the event that was stored last. The search starts there, whatever the clocks have done since. */
async function newestWrite(transaction: Transaction): Promise<Instant | null> {
  const [row] = await transaction.$queryRawUnsafe<{ at_ms: number }[]>(
    `SELECT (extract(epoch from occurred_at) * 1000)::float8 AS at_ms FROM events
     ORDER BY position DESC LIMIT 1`,
  );
  return row?.at_ms ?? null;
}

function run(transaction: Transaction, { sql, values }: Statement): Promise<readonly AccessRow[]> {
  return transaction.$queryRawUnsafe<AccessRow[]>(sql, ...values);
}

/** The part of a source that has not been read yet and lies within the filter's time span. */
function rangeOf(kind: AccessKind, filter: AccessLogFilter, behind: SortKey | null, limit: number): Range {
  const from = withinKnown(filter.from ?? FIRST_INSTANT);
  // The filter's end is exclusive, which is said by a position below that of any entry.
  const end = { at: withinKnown(filter.to ?? LAST_INSTANT), position: '0' };
  if (behind === null || behind.at >= end.at) return { before: end, from, limit };
  const at = withinKnown(behind.at);
  if (behind.kind === kind) return { before: { at, position: behind.position }, from, limit };
  return { before: { at, position: kind === 'read' ? LAST_POSITION : '0' }, from, limit };
}

function withinKnown(instant: Instant): Instant {
  return Math.min(Math.max(instant, FIRST_INSTANT), LAST_INSTANT);
}

function sortKeyOfRow({ at_ms, kind, place }: AccessRow): SortKey {
  return { at: at_ms, kind, position: place };
}

function entryOf(row: AccessRow): AccessLogEntry {
  return {
    at: row.at_ms,
    reader: { kind: row.reader_kind as Reader['kind'], id: row.reader_id },
    consultationId: row.consultation_id,
    subject:
      row.subject_kind === null || row.subject_id === null
        ? null
        : { kind: row.subject_kind as Reader['kind'], id: row.subject_id },
    kind: row.kind,
    action: row.action,
    channel: row.channel as AccessLogEntry['channel'],
    requestId: row.request_id,
  };
}
