import { GUARD_LOCK, guardPartOf } from '../connection/advisory-locks.js';
import { insertMessagesFrom, updateChatsFrom, updateConsultationsFrom } from '../projections/projections.js';

interface Statement {
  /** The name under which PostgreSQL prepares the statement, once for each connection. */
  readonly name: string;
  readonly text: string;
}

/**
 * Waits until no append is under way that relies on the streams ($1), and keeps new ones from being stored. It runs
 * before the statement that moves the streams on. If it ran after that, two writers might wait for each other.
 */
export const HOLD_RELIED_ON = `
SELECT pg_advisory_xact_lock(${GUARD_LOCK}, part)::text FROM (
  SELECT DISTINCT ${guardPartOf('stream_id')} AS part FROM unnest($1::text[]) AS moved(stream_id) ORDER BY 1
) AS parts`;

/** The statements that store a batch, and the values that they take. */
export interface AppendStatements {
  /** For batches of messages and read marks only, as nearly all are. They must not pay for what other batches need. */
  readonly ofMessages: Statement;
  /** For batches that also change consultations. */
  readonly ofChanges: Statement;
  /**
   * For streams to which other writers append at the same time. It skips rows that collide with theirs, and returns
   * them as it returns conflicts. It takes only chains of one row, because it might store the end of a longer one
   * without the beginning.
   */
  readonly ofContested: Statement;
  /** @param rows the rows of `incoming`, not written as text yet. */
  valuesOf(rows: readonly unknown[], guards: string): unknown[];
}

/** The part of a statement that notifies those who listen to the database, with the commit. */
export interface Notice {
  /** Comes after the last SELECT, and adds no row. It can use `incoming.item`, `incoming.place` and `appended`. */
  readonly select: string;
}

/**
 * Stores a batch in one statement. A chain is stored if its stream is at the version that it expects, the stream that
 * it relied on is, too, and its keys are new. All other chains are returned, and affect no chain but themselves.
 *
 * The streams that were relied on stay as they are until the commit. If somebody is about to change one of them, the
 * chains that relied on it are returned as well. Their versions are read once the locks are held, because a change may
 * have been committed since the statement began. If a writer commits between the statement's snapshot and its insert,
 * the whole batch fails with a unique violation, unless the statement is to skip such rows.
 *
 * All writers insert in the order of the streams, so that two with overlapping batches wait for each other in one
 * direction only, and never deadlock. The version of a stream is looked up from the expected one on: without that
 * bound, PostgreSQL reads a whole page of its index for each chain.
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

/** @param notice null for statements that notify nobody. */
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

/** The statements that are used as long as nobody listens. */
export const UNTOLD: AppendStatements = appendStatements(null, (rows, guards) => [
  JSON.stringify(rows),
  guards,
]);
