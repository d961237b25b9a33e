import type { EventStore, LogPosition } from '../../application/ports/event-store.js';
import type { Database } from './database.js';
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
      const rows = await readLog(database, after, limit, 'settled');
      return { events: rows.map(recordedEvent), next: positionOf(rows) ?? after };
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
  readonly transaction_id: string;
  readonly position: string;
}

/**
 * A page of the whole log. A stream's events keep their order in it, because whoever appends version n + 1 has seen
 * version n committed and so has a later transaction id. `settled` leaves out what is younger than the oldest
 * transaction under way, so that a reader which goes on from its last position never skips a late commit.
 */
export async function readLog(
  database: Pick<Database, '$queryRawUnsafe'>,
  after: LogPosition,
  limit: number,
  bound: 'settled' | 'visible',
): Promise<readonly PositionedRow[]> {
  const [transactionId, position] = after === null ? ['0', '0'] : after.split('/');
  const settled = bound === 'settled' ? 'AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())' : '';
  return database.$queryRawUnsafe<PositionedRow[]>(
    `SELECT ${EVENT_COLUMNS}, transaction_id::text AS transaction_id, position::text AS position FROM events
     WHERE (transaction_id, position) > ($1::text::xid8, $2::text::bigint) ${settled}
     ORDER BY events.transaction_id, events.position LIMIT $3`,
    transactionId,
    position,
    limit,
  );
}

/** Where a reader goes on after these rows; null when there are none. */
export function positionOf(rows: readonly PositionedRow[]): LogPosition {
  const last = rows.at(-1);
  return last === undefined ? null : `${last.transaction_id}/${last.position}`;
}
