import type { AppendRequest, RecordedEvent, StreamId } from '../../application/ports/event-store.js';
import type { Database } from './database.js';
import { encodeEvent } from './event-codec.js';
import { insertMessagesFrom, isProjectedInBulk, project, type Transaction } from './projections.js';

/** Appends to one stream whose expected versions follow each other: they are stored together or not at all. */
export interface Chain {
  readonly streamId: StreamId;
  readonly requests: readonly AppendRequest[];
}

/** A chain of which nothing was stored; `key` is the idempotency key that had been used before, if that is why. */
export interface RefusedRow {
  readonly stream_id: string;
  readonly key: string | null;
}

const INTERACTIVE_LIMITS = { maxWait: 2_000, timeout: 4_000 };

/**
 * Stores a batch in one statement: chains whose stream stands where they expect it, and whose keys are new. The others
 * come back and touch nobody else. A writer that commits between the statement's snapshot and its insert shows as a
 * unique violation of the whole batch.
 */
const APPEND = `
WITH incoming AS (
  SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[],
                       $8::float8[], $9::text[]) WITH ORDINALITY
    AS t(stream_id, version, type, schema_version, data, actor_kind, actor_id, occurred_at_ms, key, ordinal)
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
  ORDER BY i.ordinal
  RETURNING type, data, occurred_at
), messages_projected AS (${insertMessagesFrom('appended')}
)
SELECT stream_id, key FROM duplicates UNION ALL SELECT stream_id, NULL FROM conflicts`;

/** @returns the chains that were refused. @throws on a unique violation and when the database does not answer. */
export async function appendBatch(
  database: Database,
  chains: readonly Chain[],
): Promise<readonly RefusedRow[]> {
  const recorded = chains.flatMap((chain) => chain.requests.flatMap(recordsOf));
  const parameters = parametersOf(chains);
  const toProject = recorded.filter(({ event }) => !isProjectedInBulk(event));
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
  for (const { streamId, requests } of chains) {
    for (const { expectedVersion, events, actor, occurredAt, idempotencyKey } of requests) {
      events.forEach((event, index) => {
        const stored = encodeEvent(event);
        streamIds.push(streamId);
        versions.push(expectedVersion + 1 + index);
        types.push(stored.type);
        schemaVersions.push(stored.schemaVersion);
        data.push(JSON.stringify(stored.data));
        actorKinds.push(actor.kind);
        actorIds.push(actor.id);
        instants.push(occurredAt);
        keys.push(index === 0 ? (idempotencyKey ?? null) : null);
      });
    }
  }
  return columns;
}
