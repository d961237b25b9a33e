import type { EventStore, StreamVersion } from '../../../application/ports/event-store.js';
import { APPEND_LOCK } from '../connection/advisory-locks.js';
import type { Database } from '../connection/database.js';
import { EVENT_COLUMNS, type EventRow, recordedEvent } from './event-rows.js';

export type LogReader = Pick<EventStore, 'readStream' | 'readAll' | 'findByIdempotencyKey'>;

export function createLogReader(database: Database): LogReader {
  return {
    readStream: async (streamId, after, limit) => {
      const rows = await database.$queryRawUnsafe<EventRow[]>(
        `SELECT ${EVENT_COLUMNS} FROM events WHERE stream_id = $1 AND version > $2 ORDER BY version LIMIT $3`,
        streamId,
        after,
        limit,
      );
      return rows.map(recordedEvent);
    },
    readAll: async (after, limit) => {
      const rows = await readSettled(database, after ?? '0', limit);
      return { events: rows.map(recordedEvent), next: rows.at(-1)?.position ?? after };
    },
    findByIdempotencyKey: async (streamId, key) => {
      const [row] = await database.$queryRawUnsafe<EventRow[]>(
        `SELECT ${EVENT_COLUMNS} FROM events WHERE stream_id = $1 AND idempotency_key = $2`,
        streamId,
        key,
      );
      return row === undefined ? null : recordedEvent(row);
    },
  };
}

interface PositionedRow extends EventRow {
  readonly position: string;
}

/**
 * Reads a page of the whole log in the order of its positions, up to the last position before which nothing can be
 * inserted any more. The events of a stream keep their order, because whoever appends version n + 1 has seen version
 * n, which had its position by then.
 */
async function readSettled(
  database: Database,
  after: string,
  limit: number,
): Promise<readonly PositionedRow[]> {
  const last = await lastPosition(database);
  if (BigInt(last) <= BigInt(after)) return [];
  const settled = await settledPosition(database);
  return database.$queryRawUnsafe<PositionedRow[]>(
    `SELECT ${EVENT_COLUMNS}, position::text AS position FROM events
     WHERE position > $1::text::bigint AND position <= $2::text::bigint ORDER BY events.position LIMIT $3`,
    after,
    settled,
    limit,
  );
}

const LAST_POSITION = `SELECT coalesce(max(position), 0)::text AS position FROM events`;

/** The position of the last visible event. Appends under way may still insert events before it. */
async function lastPosition(database: Database): Promise<string> {
  const [row] = await database.$queryRawUnsafe<{ position: string }[]>(LAST_POSITION);
  return row?.position ?? '0';
}

/**
 * Finds a position before which nothing can be inserted any more. It waits for the appends that are under way;
 * further ones wait for this, so for no longer than one append takes. The two statements are sent as one text and so
 * are one transaction, in which the second sees what was committed before the lock.
 */
async function settledPosition(database: Database): Promise<string> {
  const answers: unknown = await database.pool.query(
    `SELECT pg_advisory_xact_lock(${APPEND_LOCK}, 'events'::regclass::oid::int4); ${LAST_POSITION}`,
  );
  const [, { rows }] = answers as [unknown, { readonly rows: readonly { position: string }[] }];
  return rows[0]?.position ?? '0';
}

/**
 * Reads a page of all streams, one stream after the other. Each event is read once, whatever has happened to the
 * positions.
 *
 * @param after the last event of the page before; null for the first page.
 */
export async function readByStreams(
  database: Pick<Database, '$queryRawUnsafe'>,
  after: StreamVersion | null,
  limit: number,
): Promise<readonly EventRow[]> {
  return database.$queryRawUnsafe<EventRow[]>(
    `SELECT ${EVENT_COLUMNS} FROM events WHERE (stream_id, version) > ($1, $2)
     ORDER BY stream_id, version LIMIT $3`,
    after?.streamId ?? '',
    after?.version ?? 0,
    limit,
  );
}
