import type { AppendRequest, RecordedEvent, StreamId } from '../../application/ports/event-store.js';
import { invariant } from '../../domain/invariant.js';
import { eventCodec } from '../codec/event-codec.js';
import { guardsOf } from './append-guards.js';
import type { Database } from './database.js';
import {
  insertMessagesFrom,
  isConsultationChange,
  isProjectedInBulk,
  project,
  type Transaction,
  updateConsultationsFrom,
  updateReadMarksFrom,
} from './projections.js';

/** A request as it was when it was made, whatever becomes of the caller's objects, with its rows ready to be stored. */
export interface PreparedAppend {
  readonly request: AppendRequest;
  readonly rows: readonly IncomingRow[];
  /** How many of its events are projected by statements of their own. */
  readonly projectedSingly: number;
  /** Whether it needs the statement that brings consultations up to date, too. */
  readonly hasConsultationChange: boolean;
}

/** A row of `incoming`: without names, which would cost more to write and to read than what they name. */
type IncomingRow = readonly [
  streamId: StreamId,
  version: number,
  type: string,
  schemaVersion: number,
  data: unknown,
  actorKind: string,
  actorId: string,
  occurredAt: number,
  key: string | null,
];

/** Appends to one stream whose expected versions follow each other: they are stored together or not at all. */
export interface Chain {
  readonly streamId: StreamId;
  readonly appends: readonly PreparedAppend[];
}

/**
 * A chain of which nothing was stored. `key` is the idempotency key that had been used before, if that is why;
 * `outdated` is the stream that one of its decisions relied on and that has changed, if that is why.
 */
export interface RefusedRow {
  readonly stream_id: string;
  readonly key: string | null;
  readonly outdated: string | null;
}

const INTERACTIVE_LIMITS = { maxWait: 2_000, timeout: 3_500 };

/**
 * Stores a batch in one statement: chains whose stream stands where they expect it, as does what they relied on, and
 * whose keys are new. The others come back and touch nobody else. A writer that commits between the statement's snapshot and its insert shows as a
 * unique violation of the whole batch. All writers insert in the order of the streams, so that two whose batches
 * overlap wait for each other in one direction only and never deadlock. Where a stream stands is looked for from the
 * version that is expected on: without that bound PostgreSQL reads a whole page of its index for each chain.
 */
const appendWith = (furtherProjections: string): string => `
WITH incoming AS (
  SELECT r->>0 AS stream_id, (r->>1)::int AS version, r->>2 AS type, (r->>3)::int AS schema_version, r->4 AS data,
         r->>5 AS actor_kind, r->>6 AS actor_id, (r->>7)::float8 AS occurred_at_ms, r->>8 AS key
  FROM jsonb_array_elements($1::jsonb) AS rows(r)
), duplicates AS (
  SELECT i.stream_id, i.key FROM incoming i CROSS JOIN LATERAL (
    SELECT FROM events e WHERE e.stream_id = i.stream_id AND e.idempotency_key = i.key LIMIT 1
  ) AS earlier
), conflicts AS (
  SELECT chain.stream_id FROM (
    SELECT stream_id, min(version) - 1 AS expected FROM incoming GROUP BY stream_id
  ) AS chain
  WHERE chain.expected <> coalesce(
    (SELECT max(e.version) FROM events e WHERE e.stream_id = chain.stream_id AND e.version >= chain.expected), 0)
), outdated AS (
  SELECT chain.stream_id, r->>0 AS guard
  FROM jsonb_array_elements($2::jsonb) AS guards(r), jsonb_array_elements_text(r->2) AS chain(stream_id)
  WHERE (r->>1)::int <> coalesce(
    (SELECT max(e.version) FROM events e WHERE e.stream_id = r->>0 AND e.version >= (r->>1)::int), 0)
), appended AS (
  INSERT INTO events (stream_id, version, type, schema_version, data, actor_kind, actor_id, occurred_at,
                      idempotency_key)
  SELECT i.stream_id, i.version, i.type, i.schema_version, i.data, i.actor_kind, i.actor_id,
         timestamptz 'epoch' + i.occurred_at_ms * interval '1 millisecond', i.key
  FROM incoming i
  WHERE NOT EXISTS (SELECT FROM duplicates d WHERE d.stream_id = i.stream_id)
    AND NOT EXISTS (SELECT FROM conflicts c WHERE c.stream_id = i.stream_id)
    AND NOT EXISTS (SELECT FROM outdated o WHERE o.stream_id = i.stream_id)
  ORDER BY i.stream_id, i.version
  RETURNING type, data, occurred_at${furtherProjections === '' ? '' : ', version'}
), messages_projected AS (${insertMessagesFrom('appended')}
), marks_projected AS (${updateReadMarksFrom('appended')}
)${furtherProjections}
SELECT stream_id, key, NULL AS outdated FROM duplicates
UNION ALL SELECT stream_id, NULL, NULL FROM conflicts UNION ALL SELECT stream_id, NULL, guard FROM outdated`;

/** Of messages and read marks alone, as nearly every batch is: what others need must cost them nothing. */
const APPEND = appendWith('');
const APPEND_WITH_CHANGES = appendWith(`, changes_projected AS (${updateConsultationsFrom('appended')}\n)`);

/** @throws {InvariantViolation} for an event that has no stored shape. */
export function prepareAppend(request: AppendRequest): PreparedAppend {
  const { streamId, expectedVersion, events, actor, occurredAt, idempotencyKey } = request;
  let projectedSingly = 0;
  let hasConsultationChange = false;
  const rows = events.map((event, index) => {
    if (isConsultationChange(event)) hasConsultationChange = true;
    else if (!isProjectedInBulk(event)) projectedSingly += 1;
    const { type, schemaVersion, data } = eventCodec.encode(event);
    const version = expectedVersion + 1 + index;
    const key = index === 0 ? (idempotencyKey ?? null) : null;
    return [streamId, version, type, schemaVersion, data, actor.kind, actor.id, occurredAt, key] as const;
  });
  const counts = { projectedSingly, hasConsultationChange };
  if (projectedSingly === 0) return { request, rows, ...counts };
  const snapshot = { ...request, events: structuredClone(events), actor: { ...actor } };
  return { request: snapshot, rows, ...counts };
}

/**
 * @returns the chains that were refused.
 * @throws on a unique violation and when the database does not answer.
 * @throws {InvariantViolation} for a chain whose requests do not follow each other; nothing was sent then.
 */
export async function appendBatch(
  database: Database,
  chains: readonly Chain[],
): Promise<readonly RefusedRow[]> {
  const values = [incomingOf(chains), guardsOf(chains)];
  if (chains.every(isProjectedInBulkOnly)) {
    const statement = chains.some(hasConsultationChange)
      ? { name: 'append with changes', text: APPEND_WITH_CHANGES }
      : { name: 'append', text: APPEND };
    const { rows } = await database.pool.query<RefusedRow>({ ...statement, values });
    return rows;
  }
  const recorded = chains.flatMap((chain) => chain.appends.flatMap(({ request }) => recordsOf(request)));
  const toProject = projectedSingly(recorded);
  return database.$transaction(async (transaction: Transaction) => {
    const refused = await transaction.$queryRawUnsafe<RefusedRow[]>(APPEND_WITH_CHANGES, ...values);
    const refusedStreams = new Set(refused.map((row) => row.stream_id));
    for (const event of toProject) {
      if (!refusedStreams.has(event.streamId)) await project(transaction, event);
    }
    return refused;
  }, INTERACTIVE_LIMITS);
}

function isProjectedInBulkOnly({ appends }: Chain): boolean {
  return appends.every((append) => append.projectedSingly === 0);
}

function hasConsultationChange({ appends }: Chain): boolean {
  return appends.some((append) => append.hasConsultationChange);
}

/** All of a stream that has one of them: what the statement projects in bulk does not see yet what is made beside it. */
function projectedSingly(recorded: readonly RecordedEvent[]): readonly RecordedEvent[] {
  const singly = recorded.filter(({ event }) => !isProjectedInBulk(event) && !isConsultationChange(event));
  const streams = new Set(singly.map(({ streamId }) => streamId));
  return recorded.filter(({ streamId }) => streams.has(streamId));
}

/** The request's events as they are recorded when it is accepted. */
export function recordsOf(request: AppendRequest): RecordedEvent[] {
  const { streamId, expectedVersion, actor, occurredAt } = request;
  return request.events.map((event, index) => ({
    streamId,
    version: expectedVersion + 1 + index,
    event,
    actor,
    occurredAt,
  }));
}

/** The statement takes a chain's lowest version for the one that all of it expects: it must have no gap. */
function checkChain({ streamId, appends }: Chain): void {
  let version = appends[0]?.request.expectedVersion;
  invariant(version !== undefined, 'a chain has at least one request');
  for (const { request, rows } of appends) {
    invariant(request.streamId === streamId, 'a chain is of one stream');
    invariant(request.expectedVersion === version, 'the requests of a chain follow each other');
    invariant(rows.length === request.events.length, 'each event has a row');
    version += rows.length;
  }
}

/** The rows of `incoming` as one text: written by native code, and read by it. */
function incomingOf(chains: readonly Chain[]): string {
  const incoming: IncomingRow[] = [];
  for (const chain of chains) {
    checkChain(chain);
    for (const { rows } of chain.appends) incoming.push(...rows);
  }
  return JSON.stringify(incoming);
}
