/** A request that waits for a flush, in the queue or in the batch that is being stored. */
export interface Waiting {
  /** On the monotonic clock. */
  readonly queuedAtMs: number;
  reject(error: Error): void;
}

export type Written = 'answered' | 'database failed';

/** A request that has waited longer, in ms, is not sent to the database any more. Its caller is told that it failed. */
const MAX_QUEUE_WAIT_MS = 3_500;
/** The same limit after a flush that failed, because another try would not finish in time. */
const MAX_WAIT_BEHIND_FAILURE_MS = 1_000;
/** A flush that takes longer, in ms, is given up, and the next one starts on another connection. */
const FLUSH_LIMIT_MS = 3_700;
/**
 * In ms. Together with the interval it stays below the 5 s within which a sender gets an answer, whatever the
 * database does.
 */
const ANSWER_LIMIT_MS = 4_600;
const SWEEP_INTERVAL_MS = 100;

/**
 * Starts a flush when there is something to store. While one is under way the next one collects, so that many
 * requests share a round trip and a commit without waiting for a timer.
 *
 * @param flushNext takes a batch out of the queue and stores it; it must not throw.
 * @returns a function to be called after each addition to the queue.
 */
export function createFlushLoop(queue: Waiting[], flushNext: () => Promise<void>): () => void {
  let flushing = false;

  async function flushAll(): Promise<void> {
    flushing = true;
    // Requests that arrive in the same turn of the event loop go into the first batch.
    await Promise.resolve();
    while (queue.length > 0) {
      rejectStale(queue, MAX_QUEUE_WAIT_MS);
      await flushNext();
    }
    flushing = false;
  }

  return () => {
    if (!flushing) void flushAll();
  };
}

/**
 * Stores a batch, and meanwhile rejects requests that have waited too long, in the batch or behind it.
 *
 * @param write answers every request of the batch, and tries nothing again after the deadline, which is on the
 *   monotonic clock.
 */
export async function flushInTime(
  queue: Waiting[],
  batch: readonly Waiting[],
  write: (deadlineMs: number) => Promise<Written>,
): Promise<void> {
  const deadlineMs = performance.now() + FLUSH_LIMIT_MS;
  let sweep: NodeJS.Timeout | undefined;
  const outOfTime = new Promise<Written>((resolve) => {
    sweep = setInterval(() => {
      rejectStale(queue, MAX_QUEUE_WAIT_MS);
      rejectOverdue(batch);
      if (performance.now() > deadlineMs) resolve('database failed');
    }, SWEEP_INTERVAL_MS);
  });
  const written = await Promise.race([write(deadlineMs), outOfTime]);
  clearInterval(sweep);
  if (written === 'answered') return;
  rejectAll(batch, new Error('the database did not answer in time'));
  rejectStale(queue, MAX_WAIT_BEHIND_FAILURE_MS);
}

export function rejectAll(batch: readonly Waiting[], error: Error): void {
  for (const waiting of batch) waiting.reject(error);
}

/** Rejects requests of which nobody knows whether they will be stored, because the statement is still under way. */
function rejectOverdue(batch: readonly Waiting[]): void {
  const oldest = performance.now() - ANSWER_LIMIT_MS;
  const overdue = batch.filter(({ queuedAtMs }) => queuedAtMs < oldest);
  rejectAll(overdue, new Error('the database did not answer in time'));
}

function rejectStale(queue: Waiting[], maxWaitMs: number): void {
  const oldest = performance.now() - maxWaitMs;
  const [first] = queue;
  if (first === undefined || first.queuedAtMs >= oldest) return;
  const fresh = queue.findIndex(({ queuedAtMs }) => queuedAtMs >= oldest);
  const stale = queue.splice(0, fresh === -1 ? queue.length : fresh);
  rejectAll(stale, new Error('it waited too long for the database'));
}
