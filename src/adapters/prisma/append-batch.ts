import type { AppendRequest, RecordedEvent, StreamId } from '../../application/ports/event-store.js';
import type { Database } from './database.js';
import { eventCodec } from './event-codec.js';
import {
  insertMessagesFrom,
  isProjectedInBulk,
  project,
  type Transaction,
  updateReadMarksFrom,
} from './projections.js';

/** A request as it was when it was made, whatever becomes of the caller's objects, with its rows ready to be stored. */
export interface PreparedAppend {
  readonly request: AppendRequest;
  readonly rows: readonly PreparedRow[];
  /** How many of its events are projected by statements of their own. */
  readonly projectedSingly: number;
}

interface PreparedRow {
  readonly type: string;
  readonly schemaVersion: number;
  readonly json: string;
}

/** Appends to one stream whose expected versions follow each other: they are stored together or not at all. */
export interface Chain {
  readonly streamId: StreamId;
  readonly appends: readonly PreparedAppend[];
}

/** A chain of which nothing was stored; `key` is the idempotency key that had been used before, if that is why. */
export interface RefusedRow {
  readonly stream_id: string;
  readonly key: string | null;
}

const INTERACTIVE_LIMITS = { maxWait: 2_000, timeout: 3_500 };

/**
 * Stores a batch in one statement: chains whose stream stands where they expect it, and whose keys are new. The others
 * come back and touch nobody else. A writer that commits between the statement's snapshot and its insert shows as a
 * unique violation of the whole batch. All writers insert in the order of the streams, so that two whose batches
 * overlap wait for each other in one direction only and never deadlock.
 */
const APPEND = `
WITH incoming AS (
  SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[],
                       $8::float8[], $9::text[])
    AS t(stream_id, version, type, schema_version, data, actor_kind, actor_id, occurred_at_ms, key)
), duplicates AS (
  SELECT i.stream_id, i.key FROM incoming i CROSS JOIN LATERAL (
    SELECT FROM events e WHERE e.stream_id = i.stream_id AND e.idempotency_key = i.key LIMIT 1
  ) AS earlier
), conflicts AS (
  SELECT chain.stream_id FROM (
    SELECT stream_id, min(version) - 1 AS expected FROM incoming GROUP BY stream_id
  ) AS chain
  WHERE chain.expected <> coalesce(
    (SELECT e.version FROM events e WHERE e.stream_id = chain.stream_id ORDER BY e.version DESC LIMIT 1), 0)
), appended AS (
  INSERT INTO events (stream_id, version, type, schema_version, data, actor_kind, actor_id, occurred_at,
                      idempotency_key)
  SELECT i.stream_id, i.version, i.type, i.schema_version, i.data::jsonb, i.actor_kind, i.actor_id,
         timestamptz 'epoch' + i.occurred_at_ms * interval '1 millisecond', i.key
  FROM incoming i
  WHERE NOT EXISTS (SELECT FROM duplicates d WHERE d.stream_id = i.stream_id)
    AND NOT EXISTS (SELECT FROM conflicts c WHERE c.stream_id = i.stream_id)
  ORDER BY i.stream_id, i.version
  RETURNING type, data, occurred_at
), messages_projected AS (${insertMessagesFrom('appended')}
), marks_projected AS (${updateReadMarksFrom('appended')}
)
SELECT stream_id, key FROM duplicates UNION ALL SELECT stream_id, NULL FROM conflicts`;

/** @throws {InvariantViolation} for an event that has no stored shape. */
export function prepareAppend(request: AppendRequest): PreparedAppend {
  const rows = request.events.map((event) => {
    const { type, schemaVersion, data } = eventCodec.encode(event);
    return { type, schemaVersion, json: JSON.stringify(data) };
  });
  const projectedSingly = request.events.filter((event) => !isProjectedInBulk(event)).length;
  if (projectedSingly === 0) return { request, rows, projectedSingly };
  const snapshot = { ...request, events: structuredClone(request.events), actor: { ...request.actor } };
  return { request: snapshot, rows, projectedSingly };
}

/** @returns the chains that were refused. @throws on a unique violation and when the database does not answer. */
export async function appendBatch(
  database: Database,
  chains: readonly Chain[],
): Promise<readonly RefusedRow[]> {
  const recorded = chains.flatMap((chain) => chain.appends.flatMap(({ request }) => recordsOf(request)));
  const parameters = parametersOf(chains);
  const toProject = projectedSingly(recorded);
  if (toProject.length === 0) return database.$queryRawUnsafe<RefusedRow[]>(APPEND, ...parameters);

  return database.$transaction(async (transaction: Transaction) => {
    const refused = await transaction.$queryRawUnsafe<RefusedRow[]>(APPEND, ...parameters);
    const refusedStreams = new Set(refused.map((row) => row.stream_id));
    for (const event of toProject) {
      if (!refusedStreams.has(event.streamId)) await project(transaction, event);
    }
    return refused;
  }, INTERACTIVE_LIMITS);
}

/** Read marks too where their chat may be made in the same batch: the statement in bulk does not see it yet. */
function projectedSingly(recorded: readonly RecordedEvent[]): readonly RecordedEvent[] {
  const singly = recorded.filter(({ event }) => !isProjectedInBulk(event));
  if (singly.length === 0) return singly;
  const streams = new Set(singly.map(({ streamId }) => streamId));
  return recorded.filter(
    ({ event, streamId }) =>
      !isProjectedInBulk(event) || (event.type === 'MessagesRead' && streams.has(streamId)),
  );
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

/** One array for each column of `incoming`. */
function parametersOf(chains: readonly Chain[]): unknown[] {
  const columns: [string[], number[], string[], number[], string[], string[], string[], number[], unknown[]] =
    [[], [], [], [], [], [], [], [], []];
  const [streamIds, versions, types, schemaVersions, data, actorKinds, actorIds, instants, keys] = columns;
  for (const { streamId, appends } of chains) {
    for (const { request, rows } of appends) {
      const { expectedVersion, actor, occurredAt, idempotencyKey } = request;
      rows.forEach(({ type, schemaVersion, json }, index) => {
        streamIds.push(streamId);
        versions.push(expectedVersion + 1 + index);
        types.push(type);
        schemaVersions.push(schemaVersion);
        data.push(json);
        actorKinds.push(actor.kind);
        actorIds.push(actor.id);
        instants.push(occurredAt);
        keys.push(index === 0 ? (idempotencyKey ?? null) : null);
      });
    }
  }
  return columns;
}
