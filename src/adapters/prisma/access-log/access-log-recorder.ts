import type { AccessLog, RecordOutcome } from '../../../application/ports/access-log.js';
import type { Metrics } from '../../../application/ports/metrics.js';
import { REJECTED, retryInHalves } from '../batching/retry-in-halves.js';
import { createFlushLoop, flushInTime, type Waiting, type Written } from '../batching/timed-flush.js';
import type { Database } from '../connection/database.js';
import { type AccessValues, insertAccesses, MAX_BATCH_ACCESSES, valuesOf } from './access-log-insert.js';

/** How many entries may wait for a flush. Any further one is refused as overloaded. */
export const MAX_QUEUED_ACCESSES = 10_000;
const RETRY_AFTER_OVERLOAD_MS = 1_000;

interface QueuedAccess extends Waiting {
  readonly values: AccessValues;
  readonly resolve: (outcome: RecordOutcome) => void;
}

/** Entries are committed in groups, as appends are, so that many readers share a round trip and a commit. */
export function createAccessRecorder(database: Database, metrics: Metrics): AccessLog['record'] {
  const queue: QueuedAccess[] = [];
  metrics.gauge('access_entries_waiting', () => queue.length);
  const flushQueue = createFlushLoop(queue, async () => {
    const batch = queue.splice(0, MAX_BATCH_ACCESSES);
    if (batch.length === 0) return;
    await flushInTime(queue, batch, (deadlineMs) =>
      retryInHalves(batch, deadlineMs, { attempt: (entries) => write(database, entries), ...REJECTED }),
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

async function write(database: Database, batch: readonly QueuedAccess[]): Promise<Written> {
  await insertAccesses(
    database,
    batch.map(({ values }) => values),
  );
  for (const { resolve } of batch) resolve({ outcome: 'recorded' });
  return 'answered';
}
