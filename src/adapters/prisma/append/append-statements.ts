import { GUARD_LOCK, guardPartOf } from '../connection/advisory-locks.js';
import { insertMessagesFrom, updateChatsFrom, updateConsultationsFrom } from '../projections/projections.js';

interface Statement {
  /** Prepared once for each connection. */
  readonly name: string;
  readonly text: string;
}

/**
 * Waits until nothing is being stored that relies on the streams ($1), and keeps away what would. Comes before the statement
 * that moves them on: behind it, two writers might wait for each other.
 */
export const HOLD_RELIED_ON = `
SELECT pg_advisory_xact_lock(${GUARD_LOCK}, part)::text FROM (
  SELECT DISTINCT ${guardPartOf('stream_id')} AS part FROM unnest($1::text[]) AS moved(stream_id) ORDER BY 1
) AS parts`;

/** The statements that store a batch, and what they take. */
export interface AppendStatements {
  /** For batches of messages and read marks alone, as nearly all are: what other batches need must cost these nothing. */
  readonly ofMessages: Statement;
  /** The same for batches that change consultations, too. */
  readonly ofChanges: Statement;
  /**
   * The same where other writers are at the same streams: passes over what meets theirs, and returns it as it returns
   * conflicts. Takes chains of one row only: of a longer one it might store the end without the beginning.
   */
  readonly ofContested: Statement;
  /** @param rows of `incoming`, not written as text yet. */
  valuesOf(rows: readonly unknown[], guards: string): unknown[];
}

/** What a statement says to those who listen to the database, with its commit. */
export interface Notice {
  /** Goes on behind the last SELECT, and adds no row. It finds `incoming.item`, `incoming.place` and `appended`. */
  readonly select: string;
}

/**
 * Stores a batch in one statement: chains whose stream is at the version that they expect, as is each stream that they
 * relied on, and whose keys are new. The other chains are returned, and hold up nobody. A stream that was relied on
 * stays at its version until the chain is committed. Where another writer is about to move that stream on, the chain is
 * returned, too. Versions that were relied on are read when the locks are held, and not when the statement began: a
 * change may have been committed in between. If a writer of the same stream commits between the statement's snapshot and its insert, the whole
 * batch fails by a unique violation, unless the chain is to be passed over. All writers insert in the order of the
 * streams, so two whose batches overlap wait for each other in one direction only, and never deadlock. The version of a
 * stream is searched from the expected one on: without that bound, PostgreSQL reads a whole page of its index for each
 * chain.
 */
function appendWith(furtherProjections: string, notice: Notice | null, isContested = false): string {
  const returned = notice === null && !isContested ? '' : ', stream_id, version';
  return `
WITH incoming AS (
  SELECT r->>0 AS stream_id, (r->>1)::int AS version, r->>2 AS type, (r->>3)::int AS schema_version, r->4 AS data,
         r->>5 AS actor_kind, r->>6 AS actor_id, (r->>7)::float8 AS occurred_at_ms, r->>8 AS key${notice === null ? '' : ', r::text AS item, place'}
  FROM jsonb_array_elements($1::jsonb) ${notice === null ? 'AS rows(r)' : 'WITH ORDINALITY AS rows(r, place)'}
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
), relied_on AS MATERIALIZED (
  SELECT r->>0 AS stream_id, (r->>1)::int AS version, r->2 AS decided_for,
         pg_try_advisory_xact_lock_shared(${GUARD_LOCK}, ${guardPartOf('r->>0')}) AS is_held
  FROM jsonb_array_elements($2::jsonb) AS guards(r)
), moved_on AS MATERIALIZED (
  SELECT moved.*
  FROM (SELECT array_agg(stream_id) AS streams, array_agg(version) AS versions FROM relied_on WHERE is_held) AS held,
       streams_moved_on(held.streams, held.versions) AS moved
), outdated AS (
  SELECT chain.stream_id, g.stream_id AS guard
  FROM relied_on g, jsonb_array_elements_text(g.decided_for) AS chain(stream_id)
  WHERE NOT g.is_held OR (g.stream_id, g.version) IN (SELECT moved_stream, seen_version FROM moved_on)
), appended AS (
  INSERT INTO events (stream_id, version, type, schema_version, data, actor_kind, actor_id, occurred_at,
                      idempotency_key)
  SELECT i.stream_id, i.version, i.type, i.schema_version, i.data, i.actor_kind, i.actor_id,
         timestamptz 'epoch' + i.occurred_at_ms * interval '1 millisecond', i.key
  FROM incoming i
  WHERE NOT EXISTS (SELECT FROM duplicates d WHERE d.stream_id = i.stream_id)
    AND NOT EXISTS (SELECT FROM conflicts c WHERE c.stream_id = i.stream_id)
    AND NOT EXISTS (SELECT FROM outdated o WHERE o.stream_id = i.stream_id)
  ORDER BY i.stream_id, i.version${isContested ? '\n  ON CONFLICT DO NOTHING' : ''}
  RETURNING type, data, occurred_at${returned || (furtherProjections === '' ? '' : ', version')}
), messages_projected AS (${insertMessagesFrom('appended')}
), chats_projected AS (${updateChatsFrom('appended', furtherProjections !== '')}
)${furtherProjections}
SELECT stream_id, key, NULL AS outdated FROM duplicates
UNION ALL SELECT stream_id, NULL, NULL FROM conflicts UNION ALL SELECT stream_id, NULL, guard FROM outdated${isContested ? PASSED_OVER : ''}${notice?.select ?? ''}`;
}

const PASSED_OVER = `
UNION ALL SELECT stream_id, NULL, NULL FROM incoming WHERE NOT EXISTS (
  SELECT FROM appended WHERE appended.stream_id = incoming.stream_id)`;

const CHANGES_PROJECTED = `, changes_projected AS (${updateConsultationsFrom('appended')}\n)`;

/** @param notice null for statements that tell nobody. */
export function appendStatements(
  notice: Notice | null,
  valuesOf: AppendStatements['valuesOf'],
): AppendStatements {
  const told = notice === null ? '' : ' and tell';
  return {
    ofMessages: { name: `append${told}`, text: appendWith('', notice) },
    ofChanges: { name: `append with changes${told}`, text: appendWith(CHANGES_PROJECTED, notice) },
    ofContested: { name: `append contested${told}`, text: appendWith(CHANGES_PROJECTED, notice, true) },
    valuesOf,
  };
}

/** Used for as long as nobody listens. */
export const UNTOLD: AppendStatements = appendStatements(null, (rows, guards) => [
  JSON.stringify(rows),
  guards,
]);
