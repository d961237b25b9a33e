import type { AppendOutcome } from '../../../application/ports/event-store.js';
import { invariant } from '../../../domain/invariant.js';
import { asError, retryInHalves } from '../batching/retry-in-halves.js';
import { rejectAll, type Written } from '../batching/timed-flush.js';
import type { Database } from '../connection/database.js';
import { isRefusedForGood, isUniqueViolation } from '../connection/errors.js';
import type { LogReader } from '../log/log-reader.js';
import { appendBatch, appendContested, mayBeContested, type RefusedRow, recordsOf } from './append-batch.js';
import type { AppendNotifier } from './append-notifier.js';
import type { QueuedAppend, QueuedChain } from './append-queue.js';

type AppendChain = QueuedChain<QueuedAppend<AppendOutcome>>;
export type Batch = readonly AppendChain[];

/**
 * Stores a batch and answers every request in it. A failure of one chain affects no other.
 *
 * @param deadlineMs on the monotonic clock. Nothing is tried again after it.
 */
export type BatchWriter = (batch: Batch, deadlineMs: number) => Promise<Written>;

export function createBatchWriter(
  database: Database,
  reader: LogReader,
  notifier: AppendNotifier,
): BatchWriter {
  function write(batch: Batch, deadlineMs: number): Promise<Written> {
    return retryInHalves(batch, deadlineMs, {
      attempt: (part) => attempt(part, deadlineMs),
      blame: (chain, error) => writeAlone(chain, error, deadlineMs),
      fail: (part, error) => {
        database.health.failures += 1;
        rejectBatch(part, error);
      },
    });
  }

  async function attempt(batch: Batch, deadlineMs: number): Promise<Written> {
    try {
      await answer(batch, await appendBatch(database, batch, notifier));
      return 'answered';
    } catch (error) {
      const contested = batch.filter(mayBeContested);
      const isFirstOfMany = isUniqueViolation(error) && batch.length > 1 && contested.length > 0;
      if (!isFirstOfMany || performance.now() > deadlineMs) throw error;
      const others = batch.filter((chain) => !mayBeContested(chain));
      return writeContested(contested, others, deadlineMs);
    }
  }

  /**
   * Stores a batch some of whose streams other writers are appending to. However many writers there are, this takes
   * one statement to store everything that they do not touch, and one more to find out what became of the rest.
   * Trying the batch again in halves took as many statements as there are streams, because each half met the next
   * writer.
   */
  async function writeContested(contested: Batch, others: Batch, deadlineMs: number): Promise<Written> {
    const refused = new Set(await appendContested(database, contested, notifier));
    checkRefused(contested, refused);
    const lost: AppendChain[] = [];
    for (const chain of contested) {
      if (refused.has(chain.streamId)) lost.push(chain);
      else accept(chain);
    }
    const written: Written[] = [];
    for (const part of [lost, others]) {
      if (part.length > 0) written.push(await write(part, deadlineMs));
    }
    return written.includes('database failed') ? 'database failed' : 'answered';
  }

  /**
   * Answers a chain that failed by itself: another writer appended to its stream at the same moment, or one of its
   * events cannot be stored.
   */
  async function writeAlone(chain: AppendChain, error: unknown, deadlineMs: number): Promise<Written> {
    if (isUniqueViolation(error)) await answerLost(reader, chain, { keys: 'any', outdated: new Set() });
    else if (!isRefusedForGood(error)) rejectBatch([chain], error);
    else if (chain.queued.length > 1) return writeOneByOne(chain, deadlineMs);
    else for (const queued of chain.queued) queued.resolve({ outcome: 'unstorable' });
    return 'answered';
  }

  /**
   * Stores a chain request by request, because one of them cannot be stored. The requests before it are stored, and
   * those after it meet a conflict.
   */
  async function writeOneByOne(chain: AppendChain, deadlineMs: number): Promise<Written> {
    for (const queued of chain.queued) {
      const own = { streamId: chain.streamId, appends: [queued.append], queued: [queued] };
      if ((await write([own], deadlineMs)) === 'database failed') {
        rejectBatch([chain], new Error('the database failed'));
        return 'database failed';
      }
    }
    return 'answered';
  }

  async function answer(batch: Batch, refused: readonly RefusedRow[]): Promise<void> {
    const reasons = reasonsOf(refused);
    checkRefused(batch, reasons);
    for (const chain of batch) {
      const why = reasons.get(chain.streamId);
      if (why === undefined) accept(chain);
      else await answerLost(reader, chain, why);
    }
  }

  return write;
}

/** Why nothing of a chain was stored. If both sets are empty, its stream was at another version. */
interface Reasons {
  /** The idempotency keys that were used before; 'any' where it is not known which ones. */
  readonly keys: Set<string> | 'any';
  /** The streams that its decisions relied on and that have changed. */
  readonly outdated: Set<string>;
}

function reasonsOf(refused: readonly RefusedRow[]): ReadonlyMap<string, Reasons> {
  const reasons = new Map<string, { keys: Set<string>; outdated: Set<string> }>();
  for (const { stream_id, key, outdated } of refused) {
    const why = reasons.get(stream_id) ?? { keys: new Set(), outdated: new Set() };
    if (key !== null) why.keys.add(key);
    if (outdated !== null) why.outdated.add(outdated);
    reasons.set(stream_id, why);
  }
  return reasons;
}

/**
 * Called before any request is answered: if a stream was refused that is not in the batch, no answer could be
 * trusted.
 */
function checkRefused(batch: Batch, refused: Pick<ReadonlySet<string>, 'size' | 'has'>): void {
  if (refused.size === 0) return;
  const own = batch.filter(({ streamId }) => refused.has(streamId));
  invariant(own.length === refused.size, 'only what is in the batch is refused');
}

/**
 * Answers the requests of a chain of which nothing was stored. A request whose key was used before is a duplicate,
 * one that relied on what has changed is outdated, and the others met a conflict.
 */
async function answerLost(reader: LogReader, chain: AppendChain, { keys, outdated }: Reasons): Promise<void> {
  for (const queued of chain.queued) {
    const { request } = queued.append;
    const { streamId, idempotencyKey, reliesOn } = request;
    try {
      const original =
        idempotencyKey !== undefined && (keys === 'any' || keys.has(idempotencyKey))
          ? await reader.findByIdempotencyKey(streamId, idempotencyKey)
          : null;
      if (original !== null) queued.resolve({ outcome: 'duplicate', original });
      else if (reliesOn !== undefined && outdated.has(reliesOn.streamId))
        queued.resolve({ outcome: 'outdated' });
      else queued.resolve({ outcome: 'conflict' });
    } catch (error) {
      queued.reject(asError(error));
    }
  }
}

function accept(chain: AppendChain): void {
  for (const queued of chain.queued) {
    queued.resolve({ outcome: 'appended', events: recordsOf(queued.append.request) });
  }
}

/** Rejects all requests of the batch that have not been answered yet. */
function rejectBatch(batch: Batch, error: unknown): void {
  for (const { queued } of batch) rejectAll(queued, asError(error));
}
