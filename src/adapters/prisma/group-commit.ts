import type { AppendOutcome, AppendRequest } from '../../application/ports/event-store.js';
import type { Metrics } from '../../application/ports/metrics.js';
import { type PreparedAppend, prepareAppend } from './append-batch.js';
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

  function append(request: AppendRequest): Promise<AppendOutcome> {
    if (queue.length >= MAX_QUEUED_APPENDS) {
      lineages.break(request);
      metrics.count('appends_overloaded_total');
      return Promise.resolve({ outcome: 'overloaded', retryAfterMs: RETRY_AFTER_OVERLOAD_MS });
    }
    return new Promise((resolve, reject) => {
      queue.push(queued(prepareAppend(request), resolve, reject));
      flushQueue();
    });
  }

  /** Only the first answer counts; the lineage breaks before anybody hears of it. */
  function queued(
    append: PreparedAppend,
    resolve: (outcome: AppendOutcome) => void,
    reject: (error: Error) => void,
  ): Queued {
    const { request } = append;
    let isAnswered = false;
    return {
      append,
      queuedAtMs: performance.now(),
      resolve: (outcome) => {
        if (isAnswered) return;
        isAnswered = true;
        if (outcome.outcome !== 'appended') lineages.break(request);
        resolve(outcome);
      },
      reject: (error) => {
        if (isAnswered) return;
        isAnswered = true;
        lineages.break(request);
        reject(error);
      },
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
