import type { AppendOutcome, AppendRequest } from '../../application/ports/event-store.js';
import type { Metrics } from '../../application/ports/metrics.js';
import { prepareAppend } from './append-batch.js';
import {
  MAX_QUEUE_WAIT_MS,
  MAX_QUEUED_APPENDS,
  MAX_WAIT_BEHIND_FAILURE_MS,
  type QueuedAppend,
  takeBatch,
} from './append-queue.js';
import { type Batch, type BatchWriter, rejectBatch, type Written } from './batch-writer.js';
import { createLineages, type Lineages } from './lineages.js';

const RETRY_AFTER_OVERLOAD_MS = 1_000;
/** After so long a flush is given up and the next one starts, on another connection. */
const FLUSH_LIMIT_MS = 3_700;
/** With the interval, below the 5 s within which a sender gets an answer, whatever the database does. */
const ANSWER_LIMIT_MS = 4_600;
const SWEEP_INTERVAL_MS = 100;

type Queued = QueuedAppend<AppendOutcome>;

/**
 * Appends are committed in groups: while one flush is under way the next collects, so that many senders share a round
 * trip and a commit without anybody waiting for a timer.
 */
export function createGroupCommit(
  write: BatchWriter,
  metrics: Metrics,
): (request: AppendRequest) => Promise<AppendOutcome> {
  const queue: Queued[] = [];
  metrics.gauge('appends_waiting', () => queue.length);
  const lineages = createLineages();
  let flushing = false;

  async function append(request: AppendRequest): Promise<AppendOutcome> {
    if (queue.length >= MAX_QUEUED_APPENDS) {
      lineages.break(request);
      metrics.count('appends_overloaded_total');
      return { outcome: 'overloaded', retryAfterMs: RETRY_AFTER_OVERLOAD_MS };
    }
    const append = prepareAppend(request);
    return new Promise((resolve, reject) => {
      queue.push(answeredOnce({ append, queuedAtMs: performance.now(), resolve, reject }));
      if (!flushing) void flushAll();
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

  async function flushAll(): Promise<void> {
    flushing = true;
    // What arrives in the same turn of the event loop goes into the first batch.
    await Promise.resolve();
    while (queue.length > 0) {
      rejectStale(queue);
      refuseBrokenLineages(queue, lineages);
      const batch = takeBatch(queue);
      if (batch.length > 0) await flush(write, queue, batch);
    }
    flushing = false;
  }

  return append;
}

/** Stores a batch, and meanwhile rejects whoever has waited too long, in it or behind it. */
async function flush(write: BatchWriter, queue: Queued[], batch: Batch): Promise<void> {
  const deadlineMs = performance.now() + FLUSH_LIMIT_MS;
  let sweep: NodeJS.Timeout | undefined;
  const outOfTime = new Promise<Written>((resolve) => {
    sweep = setInterval(() => {
      rejectStale(queue);
      rejectOverdue(batch);
      if (performance.now() > deadlineMs) resolve('database failed');
    }, SWEEP_INTERVAL_MS);
  });
  const written = await Promise.race([write(batch, deadlineMs), outOfTime]);
  clearInterval(sweep);
  if (written === 'answered') return;
  rejectBatch(batch, new Error('the database did not answer in time'));
  rejectStale(queue, MAX_WAIT_BEHIND_FAILURE_MS);
}

/** What was decided on top of an append that was not stored meets a conflict without asking the database. */
function refuseBrokenLineages(queue: Queued[], lineages: Lineages): void {
  const isBroken = ({ append }: Queued) => lineages.isBroken(append.request);
  const broken = queue.filter(isBroken);
  if (broken.length === 0) return;
  queue.splice(0, queue.length, ...queue.filter((queued) => !isBroken(queued)));
  for (const { resolve } of broken) resolve({ outcome: 'conflict' });
}

/** Whether their events will be stored is not known: the statement that may do it is still under way. */
function rejectOverdue(batch: Batch): void {
  const oldest = performance.now() - ANSWER_LIMIT_MS;
  for (const { queued } of batch) {
    for (const { queuedAtMs, reject } of queued) {
      if (queuedAtMs < oldest) reject(new Error('the database did not answer in time'));
    }
  }
}

function rejectStale(queue: Queued[], maxWaitMs = MAX_QUEUE_WAIT_MS): void {
  const oldest = performance.now() - maxWaitMs;
  const fresh = queue.findIndex(({ queuedAtMs }) => queuedAtMs >= oldest);
  for (const { reject } of queue.splice(0, fresh === -1 ? queue.length : fresh)) {
    reject(new Error('the append waited too long for the database'));
  }
}
