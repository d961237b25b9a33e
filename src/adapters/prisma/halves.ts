import { isCausedByOneRow } from './errors.js';
import type { Written } from './timed-flush.js';

/**
 * Does something for a batch at once. What one member is to blame for touches no other: halves that fail are tried
 * apart.
 *
 * @param attempt answers everybody in the batch, or throws and has answered nobody.
 * @param fail answers those for whom it cannot be done.
 * @param deadlineMs on the monotonic clock: nothing is tried again after it.
 */
export async function inHalves<Member>(
  batch: readonly Member[],
  deadlineMs: number,
  attempt: (batch: readonly Member[]) => Promise<void>,
  fail: (batch: readonly Member[], error: Error) => void,
): Promise<Written> {
  try {
    await attempt(batch);
    return 'answered';
  } catch (error) {
    const isOfOne = isCausedByOneRow(error);
    if (isOfOne && batch.length > 1 && performance.now() <= deadlineMs) {
      const middle = Math.ceil(batch.length / 2);
      const first = await inHalves(batch.slice(0, middle), deadlineMs, attempt, fail);
      const second = await inHalves(batch.slice(middle), deadlineMs, attempt, fail);
      return first === 'answered' ? second : first;
    }
    fail(batch, error instanceof Error ? error : new Error('the database failed', { cause: error }));
    return isOfOne ? 'answered' : 'database failed';
  }
}
