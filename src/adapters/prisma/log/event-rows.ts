import type { Actor, RecordedEvent, StreamId } from '../../../application/ports/event-store.js';
import { eventCodec } from '../../codec/event-codec.js';

/** The columns that `recordedEvent` needs, for a SELECT from `events`. */
export const EVENT_COLUMNS = `stream_id, version, type, schema_version, data, actor_kind, actor_id,
  (extract(epoch from occurred_at) * 1000)::float8 AS occurred_at_ms`;

export interface EventRow {
  readonly stream_id: string;
  readonly version: number;
  readonly type: string;
  readonly schema_version: number;
  readonly data: unknown;
  readonly actor_kind: string;
  readonly actor_id: string;
  readonly occurred_at_ms: number;
}

export function recordedEvent(row: EventRow): RecordedEvent {
  return {
    streamId: row.stream_id as StreamId,
    version: row.version,
    event: eventCodec.decode({ type: row.type, schemaVersion: row.schema_version, data: row.data }),
    actor: { kind: row.actor_kind as Actor['kind'], id: row.actor_id },
    occurredAt: row.occurred_at_ms,
  };
}
