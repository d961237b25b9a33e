import type { AppendOutcome, AppendRequest } from '../../application/ports/event-store.js';
import type { Metrics } from '../../application/ports/metrics.js';
import { prepareAppend } from './append-batch.js';
import { MAX_QUEUED_APPENDS, type QueuedAppend, takeBatch } from './append-queue.js';
import type { BatchWriter } from './batch-writer.js';
import { createLineages, type Lineages } from './lineages.js';
import { createFlushLoop, flushInTime } from './timed-flush.js';

const RETRY_AFTER_OVERLOAD_MS = 1_000;

type Queued = QueuedAppend<AppendOutcome>;

/** Appends are committed in groups: many senders share a round trip and a commit. */
export function createGroupCommit(
  write: BatchWriter,
  metrics: Metrics,
): (request: AppendRequest) => Promise<AppendOutcome> {
  const queue: Queued[] = [];
  metrics.gauge('appends_waiting', () => queue.length);
  const lineages = createLineages();
  const flushQueue = createFlushLoop(queue, flushNext);

  async function append(request: AppendRequest): Promise<AppendOutcome> {
    if (queue.length >= MAX_QUEUED_APPENDS) {
      lineages.break(request);
      metrics.count('appends_overloaded_total');
      return { outcome: 'overloaded', retryAfterMs: RETRY_AFTER_OVERLOAD_MS };
    }
    const append = prepareAppend(request);
    return new Promise((resolve, reject) => {
      queue.push(answeredOnce({ append, queuedAtMs: performance.now(), resolve, reject }));
      flushQueue();
    });
  }

  /** Only the first answer counts; the lineage breaks before anybody hears of it. */
  function answeredOnce(queued: Queued): Queued {
    const { request } = queued.append;
    let isAnswered = false;
    function once(isStored: boolean, tell: () => void): void {
      if (isAnswered) return;
      isAnswered = true;
      if (!isStored) lineages.break(request);
      tell();
    }
    return {
      ...queued,
      resolve: (outcome) => once(outcome.outcome === 'appended', () => queued.resolve(outcome)),
      reject: (error) => once(false, () => queued.reject(error)),
    };
  }

  async function flushNext(): Promise<void> {
    refuseBrokenLineages(queue, lineages);
    const batch = takeBatch(queue);
    if (batch.length === 0) return;
    const members = batch.flatMap(({ queued }) => queued);
    await flushInTime(queue, members, (deadlineMs) => write(batch, deadlineMs));
  }

  return append;
}

/** What was decided on top of an append that was not stored meets a conflict without asking the database. */
function refuseBrokenLineages(queue: Queued[], lineages: Lineages): void {
  const isBroken = ({ append }: Queued) => lineages.isBroken(append.request);
  const broken = queue.filter(isBroken);
  if (broken.length === 0) return;
  queue.splice(0, queue.length, ...queue.filter((queued) => !isBroken(queued)));
  for (const { resolve } of broken) resolve({ outcome: 'conflict' });
}
