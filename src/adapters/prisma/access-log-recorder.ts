import type { AccessLog, ReadAccess, RecordOutcome } from '../../application/ports/access-log.js';
import type { Metrics } from '../../application/ports/metrics.js';
import type { Database } from './database.js';
import { inHalves } from './halves.js';
import { createFlushLoop, flushInTime, rejectAll, type Waiting } from './timed-flush.js';

/** Entries that may wait for a flush; one more is refused as overloaded. */
export const MAX_QUEUED_ACCESSES = 10_000;
/** Entries that go into one statement. */
export const MAX_BATCH_ACCESSES = 500;
const RETRY_AFTER_OVERLOAD_MS = 1_000;

/** Ids are given in the order of the calls, so that entries of one millisecond keep it. */
const INSERT = `
INSERT INTO access_log (at, reader_kind, reader_id, consultation_id, action, channel, request_id)
SELECT timestamptz 'epoch' + at_ms * interval '1 millisecond', reader_kind, reader_id, consultation_id, action, channel,
       request_id
FROM unnest($1::float8[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) WITH ORDINALITY
  AS incoming(at_ms, reader_kind, reader_id, consultation_id, action, channel, request_id, place)
ORDER BY place`;

interface QueuedAccess extends Waiting {
  /** In the order of the statement's parameters. */
  readonly values: readonly [number, string, string, string, string, string, string];
  readonly resolve: (outcome: RecordOutcome) => void;
}

/** Entries are committed in groups, as appends are: many readers share a round trip and a commit. */
export function createAccessRecorder(database: Database, metrics: Metrics): AccessLog['record'] {
  const queue: QueuedAccess[] = [];
  metrics.gauge('access_entries_waiting', () => queue.length);
  const flushQueue = createFlushLoop(queue, async () => {
    const batch = queue.splice(0, MAX_BATCH_ACCESSES);
    if (batch.length === 0) return;
    await flushInTime(queue, batch, (deadlineMs) =>
      inHalves(batch, deadlineMs, (entries) => write(database, entries), rejectAll),
    );
  });

  return async (access) => {
    if (queue.length >= MAX_QUEUED_ACCESSES) {
      metrics.count('access_entries_overloaded_total');
      return { outcome: 'overloaded', retryAfterMs: RETRY_AFTER_OVERLOAD_MS };
    }
    const values = valuesOf(access);
    return new Promise((resolve, reject) => {
      queue.push({ values, queuedAtMs: performance.now(), resolve, reject });
      flushQueue();
    });
  };
}

function valuesOf({
  at,
  reader,
  consultationId,
  action,
  channel,
  requestId,
}: ReadAccess): QueuedAccess['values'] {
  return [at, reader.kind, reader.id, consultationId, action, channel, requestId];
}

async function write(database: Database, batch: readonly QueuedAccess[]): Promise<void> {
  await database.$executeRawUnsafe(INSERT, ...columnsOf(batch));
  for (const { resolve } of batch) resolve({ outcome: 'recorded' });
}

/** One array for each column. */
function columnsOf(batch: readonly QueuedAccess[]): unknown[][] {
  const [first] = batch;
  return first === undefined
    ? []
    : first.values.map((_, column) => batch.map(({ values }) => values[column]));
}
