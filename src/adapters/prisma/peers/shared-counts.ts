import { createHash } from 'node:crypto';
import type { ProcessId } from '../../../application/ports/peers.js';
import { HELD_FOR_MS, type SharedCounts, type SharedUse } from '../../../application/ports/shared-counts.js';
import { asError } from '../batching/retry-in-halves.js';
import { createFlushLoop, rejectAll, type Waiting } from '../batching/timed-flush.js';
import type { Database } from '../connection/database.js';

/** The most keys that go into one statement. */
const MAX_BATCH_KEYS = 500;
/** How often rows whose time is over are removed, in ms, and how many at once. */
const SWEEP_INTERVAL_MS = 30_000;
const MAX_SWEPT_ROWS = 10_000;

/** The rows are written in the order of their keys, so that two processes never deadlock. */
const USE = `
INSERT INTO shared_uses AS known (key, uses, ends_at)
SELECT key, uses, now() + window_ms * interval '1 millisecond'
FROM unnest($1::text[], $2::int[], $3::float8[]) AS incoming(key, uses, window_ms) ORDER BY key
ON CONFLICT (key) DO UPDATE SET
  uses = CASE WHEN known.ends_at <= now() THEN excluded.uses ELSE least(known.uses::bigint + excluded.uses, 2147483647)::int END,
  ends_at = CASE WHEN known.ends_at <= now() THEN excluded.ends_at ELSE known.ends_at END
RETURNING key, uses, extract(epoch FROM ends_at - now())::float8 * 1000 AS remaining_ms`;

/** A process that holds nothing writes nothing, unless it held something before. */
const HOLD = `
WITH incoming AS (
  SELECT key, held FROM unnest($1::text[], $2::int[]) AS incoming(key, held)
), gone AS (
  DELETE FROM shared_holds WHERE process_id = $3 AND key IN (SELECT key FROM incoming WHERE held = 0)
), told AS (
  INSERT INTO shared_holds (key, process_id, held, told_at)
  SELECT key, $3, held, now() FROM incoming WHERE held > 0 ORDER BY key
  ON CONFLICT (key, process_id) DO UPDATE SET held = excluded.held, told_at = excluded.told_at
)
SELECT incoming.key, coalesce(sum(others.held), 0)::int AS held
FROM incoming LEFT JOIN shared_holds others
  ON others.key = incoming.key AND others.process_id <> $3
  AND others.told_at > now() - $4::float8 * interval '1 millisecond'
GROUP BY incoming.key`;

const SWEEP = [
  `DELETE FROM shared_uses WHERE ctid = ANY (ARRAY(SELECT ctid FROM shared_uses WHERE ends_at < now() LIMIT ${MAX_SWEPT_ROWS}))`,
  `DELETE FROM shared_holds WHERE told_at < now() - interval '${HELD_FOR_MS} milliseconds'`,
];

/**
 * Counts in two unlogged tables of PostgreSQL. All questions that come while a statement is under way go into the next
 * one. A question fails if the database fails, and its answer may take any time. The tables hold hashes of the keys.
 */
export function createPrismaSharedCounts(database: Database, processId: ProcessId): SharedCounts {
  const { pool } = database;
  const uses = createGathering<{ key: string; windowMs: number }, SharedUse>(async (asked) => {
    const together = new Map<string, { count: number; windowMs: number }>();
    for (const { key, windowMs } of asked) {
      together.set(key, { count: (together.get(key)?.count ?? 0) + 1, windowMs });
    }
    const all = [...together];
    const { rows } = await pool.query<{ key: string; uses: number; remaining_ms: number }>(USE, [
      all.map(([key]) => key),
      all.map(([, { count }]) => count),
      all.map(([, { windowMs }]) => windowMs),
    ]);
    const found = new Map(rows.map((row) => [row.key, row]));
    // Uses that were asked for together are counted in the order in which they were asked for.
    return asked.map(({ key }) => {
      const row = found.get(key);
      const same = together.get(key);
      if (row === undefined || same === undefined) throw new Error('a use was not counted');
      same.count -= 1;
      return { count: row.uses - same.count, remainingMs: Math.max(0, row.remaining_ms) };
    });
  });
  const holds = createGathering<{ key: string; held: number }, number>(async (asked) => {
    const newest = new Map(asked.map(({ key, held }) => [key, held]));
    const given = [[...newest.keys()], [...newest.values()], processId, HELD_FOR_MS];
    const { rows } = await pool.query<{ key: string; held: number }>(HOLD, given);
    const found = new Map(rows.map(({ key, held }) => [key, held]));
    return asked.map(({ key }) => found.get(key) ?? 0);
  });
  let sweptAt = Number.NEGATIVE_INFINITY;

  /** If a sweep fails, its rows are left to the next one, or to another process. */
  function sweep(): void {
    if (performance.now() < sweptAt + SWEEP_INTERVAL_MS) return;
    sweptAt = performance.now();
    for (const statement of SWEEP) pool.query(statement).catch(() => {});
  }

  return {
    use: (key, windowMs) => {
      sweep();
      return uses({ key: hashOf(key), windowMs });
    },
    hold: (key, held) => holds({ key: hashOf(key), held }),
  };
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}

interface QueuedQuestion<Question, Answer> extends Waiting {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
}

/**
 * Runs one statement at a time. Questions that come meanwhile wait for the next one. A statement that fails is not
 * tried again, because uses might be counted twice.
 */
function createGathering<Question, Answer>(
  ask: (questions: readonly Question[]) => Promise<readonly Answer[]>,
): (question: Question) => Promise<Answer> {
  const queue: QueuedQuestion<Question, Answer>[] = [];
  const flushQueue = createFlushLoop(queue, async () => {
    const batch = queue.splice(0, MAX_BATCH_KEYS);
    if (batch.length === 0) return;
    try {
      const answers = await ask(batch.map(({ question }) => question));
      for (const [index, { resolve }] of batch.entries()) resolve(answers[index] as Answer);
    } catch (error) {
      rejectAll(batch, asError(error));
    }
  });
  return (question) =>
    new Promise((resolve, reject) => {
      queue.push({ question, queuedAtMs: performance.now(), resolve, reject });
      flushQueue();
    });
}
