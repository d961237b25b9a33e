import type {
  AppendOutcome,
  AppendRequest,
  EventStore,
  LogPosition,
  RecordedEvent,
  StreamId,
} from '../../application/ports/event-store.js';
import type { Metrics } from '../../application/ports/metrics.js';
import { appendBatch, prepareAppend, type RefusedRow, recordsOf } from './append-batch.js';
import {
  MAX_QUEUE_WAIT_MS,
  MAX_QUEUED_APPENDS,
  MAX_WAIT_BEHIND_FAILURE_MS,
  type QueuedAppend,
  type QueuedChain,
  takeBatch,
} from './append-queue.js';
import type { Database } from './database.js';
import { isCausedByOneRow, isUniqueViolation } from './errors.js';
import { EVENT_COLUMNS, type EventRow, recordedEvent } from './event-rows.js';

const RETRY_AFTER_OVERLOAD_MS = 1_000;
/** After so long a flush is given up and the next one starts, on another connection. */
const FLUSH_LIMIT_MS = 3_700;
/** With the interval, below the 5 s within which a sender gets an answer, whatever the database does. */
const ANSWER_LIMIT_MS = 4_600;
const SWEEP_INTERVAL_MS = 100;

type Queued = QueuedAppend<AppendOutcome>;
type Batch = readonly QueuedChain<AppendOutcome>[];
type Stored = 'answered' | 'database failed';

/**
 * The log in PostgreSQL. Appends are committed in groups: while one flush is under way the next collects, so that many
 * senders share a round trip and a commit without anybody waiting for a timer.
 */
export function createPrismaEventStore(database: Database, metrics: Metrics): EventStore {
  const queue: Queued[] = [];
  metrics.gauge('appends_waiting', () => queue.length);
  const brokenLineages = new WeakSet<object>();
  let flushing = false;

  async function append(request: AppendRequest): Promise<AppendOutcome> {
    if (queue.length >= MAX_QUEUED_APPENDS) {
      breakLineage(request);
      metrics.count('appends_overloaded_total');
      return { outcome: 'overloaded', retryAfterMs: RETRY_AFTER_OVERLOAD_MS };
    }
    const prepared = prepareAppend(request);
    return new Promise((resolve, reject) => {
      let isAnswered = false;
      /** Only the first answer counts; the lineage breaks before anybody hears of it. */
      function answerOnce(isStored: boolean, tell: () => void): void {
        if (isAnswered) return;
        isAnswered = true;
        if (!isStored) breakLineage(request);
        tell();
      }
      queue.push({
        append: prepared,
        queuedAtMs: performance.now(),
        resolve: (outcome) => answerOnce(outcome.outcome === 'appended', () => resolve(outcome)),
        reject: (error) => answerOnce(false, () => reject(error)),
      });
      if (!flushing) void flushAll();
    });
  }

  function breakLineage({ lineage }: AppendRequest): void {
    if (lineage !== undefined) brokenLineages.add(lineage);
  }

  /** What was decided on top of an append that was not stored meets a conflict without asking the database. */
  function refuseBrokenLineages(): void {
    const isBroken = ({ append: { request } }: Queued) =>
      request.lineage !== undefined && brokenLineages.has(request.lineage);
    const broken = queue.filter(isBroken);
    if (broken.length === 0) return;
    queue.splice(0, queue.length, ...queue.filter((queued) => !isBroken(queued)));
    for (const { resolve } of broken) resolve({ outcome: 'conflict' });
  }

  async function flushAll(): Promise<void> {
    flushing = true;
    // What arrives in the same turn of the event loop goes into the first batch.
    await Promise.resolve();
    while (queue.length > 0) {
      rejectStale(queue);
      refuseBrokenLineages();
      const batch = takeBatch(queue);
      if (batch.length > 0) await flush(batch);
    }
    flushing = false;
  }

  /** Stores a batch, and meanwhile rejects whoever has waited too long, in it or behind it. */
  async function flush(batch: Batch): Promise<void> {
    const deadlineMs = performance.now() + FLUSH_LIMIT_MS;
    let sweep: NodeJS.Timeout | undefined;
    const outOfTime = new Promise<Stored>((resolve) => {
      sweep = setInterval(() => {
        rejectStale(queue);
        rejectOverdue(batch);
        if (performance.now() > deadlineMs) resolve('database failed');
      }, SWEEP_INTERVAL_MS);
    });
    const stored = await Promise.race([store(batch, deadlineMs), outOfTime]);
    clearInterval(sweep);
    if (stored === 'answered') return;
    // Whoever has had an answer does not notice this one.
    rejectAll(batch, new Error('the database did not answer in time'));
    rejectStale(queue, MAX_WAIT_BEHIND_FAILURE_MS);
  }

  async function store(batch: Batch, deadlineMs: number): Promise<Stored> {
    try {
      await answer(batch, await appendBatch(database, batch));
      return 'answered';
    } catch (error) {
      if (isCausedByOneRow(error) && performance.now() <= deadlineMs) {
        return storeApart(batch, error, deadlineMs);
      }
      rejectAll(batch, error);
      return 'database failed';
    }
  }

  /**
   * Somebody else wrote to one of these streams at the same moment, or one of the events cannot be stored: the others
   * must not suffer. Most often both halves succeed, for by now the statement sees the other's commit.
   */
  async function storeApart(batch: Batch, error: unknown, deadlineMs: number): Promise<Stored> {
    const [chain, ...others] = batch;
    if (chain !== undefined && others.length === 0) {
      if (isUniqueViolation(error)) await answerLost(chain, isKeyGiven);
      else rejectAll(batch, error);
      return 'answered';
    }
    const middle = Math.ceil(batch.length / 2);
    const first = await store(batch.slice(0, middle), deadlineMs);
    const second = await store(batch.slice(middle), deadlineMs);
    return first === 'answered' ? second : first;
  }

  async function answer(batch: Batch, refused: readonly RefusedRow[]): Promise<void> {
    const usedKeys = new Map<string, Set<string | null>>();
    for (const { stream_id, key } of refused) {
      usedKeys.set(stream_id, (usedKeys.get(stream_id) ?? new Set()).add(key));
    }
    for (const chain of batch) {
      const used = usedKeys.get(chain.streamId);
      if (used === undefined) accept(chain);
      else await answerLost(chain, ({ idempotencyKey }) => used.has(idempotencyKey ?? null));
    }
  }

  /** Nothing of the chain was stored: a request whose key was used before is a duplicate, the others met a conflict. */
  async function answerLost(
    chain: QueuedChain<AppendOutcome>,
    mayBeDuplicate: (request: AppendRequest) => boolean,
  ): Promise<void> {
    for (const { append, resolve, reject } of chain.queued) {
      const { request } = append;
      const { streamId, idempotencyKey } = request;
      try {
        const original =
          idempotencyKey !== undefined && mayBeDuplicate(request)
            ? await findByIdempotencyKey(streamId, idempotencyKey)
            : null;
        resolve(original === null ? { outcome: 'conflict' } : { outcome: 'duplicate', original });
      } catch (error) {
        reject(asError(error));
      }
    }
  }

  async function findByIdempotencyKey(streamId: StreamId, key: string): Promise<RecordedEvent | null> {
    const [row] = await database.$queryRawUnsafe<EventRow[]>(
      `SELECT ${EVENT_COLUMNS} FROM events WHERE stream_id = $1 AND idempotency_key = $2`,
      streamId,
      key,
    );
    return row === undefined ? null : recordedEvent(row);
  }

  async function readStream(
    streamId: StreamId,
    after: number,
    limit: number,
  ): Promise<readonly RecordedEvent[]> {
    const rows = await database.$queryRawUnsafe<EventRow[]>(
      `SELECT ${EVENT_COLUMNS} FROM events WHERE stream_id = $1 AND version > $2 ORDER BY version LIMIT $3`,
      streamId,
      after,
      limit,
    );
    return rows.map(recordedEvent);
  }

  async function readAll(
    after: LogPosition,
    limit: number,
  ): Promise<{ events: readonly RecordedEvent[]; next: LogPosition }> {
    const rows = await readLog(database, after, limit, 'settled');
    return { events: rows.map(recordedEvent), next: positionOf(rows) ?? after };
  }

  return {
    append: append as EventStore['append'],
    readStream,
    readAll,
    findByIdempotencyKey,
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

function accept(chain: QueuedChain<AppendOutcome>): void {
  for (const { append, resolve } of chain.queued) {
    resolve({ outcome: 'appended', events: recordsOf(append.request) });
  }
}

function rejectAll(batch: Batch, error: unknown): void {
  for (const { queued } of batch) for (const { reject } of queued) reject(asError(error));
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

function isKeyGiven({ idempotencyKey }: AppendRequest): boolean {
  return idempotencyKey !== undefined;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('the database failed', { cause: error });
}
