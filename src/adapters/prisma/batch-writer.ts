import type { AppendOutcome, AppendRequest } from '../../application/ports/event-store.js';
import { invariant } from '../../domain/invariant.js';
import { appendBatch, type RefusedRow, recordsOf } from './append-batch.js';
import type { QueuedAppend, QueuedChain } from './append-queue.js';
import type { Database } from './database.js';
import { isRefusedForGood, isUniqueViolation } from './errors.js';
import type { LogReader } from './log-reader.js';
import { asError, retryInHalves } from './retry-in-halves.js';
import { rejectAll, type Written } from './timed-flush.js';

type AppendChain = QueuedChain<QueuedAppend<AppendOutcome>>;
export type Batch = readonly AppendChain[];

/**
 * Stores a batch and answers everybody in it. What goes wrong with one chain touches no other.
 * @param deadlineMs on the monotonic clock: nothing is tried again after it.
 */
export type BatchWriter = (batch: Batch, deadlineMs: number) => Promise<Written>;

export function createBatchWriter(database: Database, reader: LogReader): BatchWriter {
  function write(batch: Batch, deadlineMs: number): Promise<Written> {
    return retryInHalves(batch, deadlineMs, {
      attempt: async (part) => answer(part, await appendBatch(database, part)),
      blame: (chain, error) => writeAlone(chain, error, deadlineMs),
      fail: (part, error) => {
        database.health.failures += 1;
        rejectBatch(part, error);
      },
    });
  }

  /** Somebody else wrote to this stream at the same moment, or one of its events cannot be stored. */
  async function writeAlone(chain: AppendChain, error: unknown, deadlineMs: number): Promise<Written> {
    if (isUniqueViolation(error)) await answerLost(reader, chain, isKeyGiven);
    else if (!isRefusedForGood(error)) rejectBatch([chain], error);
    else if (chain.queued.length > 1) return writeOneByOne(chain, deadlineMs);
    else for (const queued of chain.queued) queued.resolve({ outcome: 'unstorable' });
    return 'answered';
  }

  /** One request of the chain is to blame: those before it are stored, those behind it meet a conflict. */
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
    const usedKeys = new Map<string, Set<string | null>>();
    for (const { stream_id, key } of refused) {
      usedKeys.set(stream_id, (usedKeys.get(stream_id) ?? new Set()).add(key));
    }
    checkRefused(batch, usedKeys);
    for (const chain of batch) {
      const used = usedKeys.get(chain.streamId);
      if (used === undefined) accept(chain);
      else await answerLost(reader, chain, ({ idempotencyKey }) => used.has(idempotencyKey ?? null));
    }
  }

  return write;
}

/** Before anybody has an answer: a refusal of what was never sent would make the others' answers worth nothing. */
function checkRefused(batch: Batch, refused: ReadonlyMap<string, unknown>): void {
  if (refused.size === 0) return;
  const own = batch.filter(({ streamId }) => refused.has(streamId));
  invariant(own.length === refused.size, 'only what is in the batch is refused');
}

/** Nothing of the chain was stored: a request whose key was used before is a duplicate, the others met a conflict. */
async function answerLost(
  reader: LogReader,
  chain: AppendChain,
  mayBeDuplicate: (request: AppendRequest) => boolean,
): Promise<void> {
  for (const queued of chain.queued) {
    const { request } = queued.append;
    const { streamId, idempotencyKey } = request;
    try {
      const original =
        idempotencyKey !== undefined && mayBeDuplicate(request)
          ? await reader.findByIdempotencyKey(streamId, idempotencyKey)
          : null;
      queued.resolve(original === null ? { outcome: 'conflict' } : { outcome: 'duplicate', original });
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

/** Whoever has had an answer does not notice this one. */
function rejectBatch(batch: Batch, error: unknown): void {
  for (const { queued } of batch) rejectAll(queued, asError(error));
}

function isKeyGiven({ idempotencyKey }: AppendRequest): boolean {
  return idempotencyKey !== undefined;
}
