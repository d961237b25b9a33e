import { isCausedByOneRow } from '../connection/errors.js';
import type { Waiting, Written } from './timed-flush.js';

export interface BatchAttempt<Member> {
  /** Answers everybody in the batch, or throws and has answered nobody. */
  readonly attempt: (batch: readonly Member[]) => Promise<Written>;
  /** Answers the one that it failed for, whatever the others do: it holds what the database does not take. */
  readonly blame: (member: Member, error: unknown) => Promise<Written> | Written;
  /** Answers those for whom it cannot be done now: the database failed, or the time is over. */
  readonly fail: (batch: readonly Member[], error: unknown) => void;
}

/**
 * Does something for a batch at once. What one member is to blame for touches no other: halves that fail are tried
 * apart. Most often both halves succeed, because the moment was to blame and is over by now.
 *
 * @param deadlineMs on the monotonic clock: nothing is tried again after it.
 */
export async function retryInHalves<Member>(
  batch: readonly Member[],
  deadlineMs: number,
  how: BatchAttempt<Member>,
): Promise<Written> {
  try {
    return await how.attempt(batch);
  } catch (error) {
    const [member, ...others] = batch;
    if (!isCausedByOneRow(error) || member === undefined || performance.now() > deadlineMs) {
      how.fail(batch, error);
      return 'database failed';
    }
    if (others.length === 0) return how.blame(member, error);
    const middle = Math.ceil(batch.length / 2);
    const first = await retryInHalves(batch.slice(0, middle), deadlineMs, how);
    const second = await retryInHalves(batch.slice(middle), deadlineMs, how);
    return first === 'answered' ? second : first;
  }
}

/** For batches whose members are only told that it failed. */
export const REJECTED: Pick<BatchAttempt<Waiting>, 'blame' | 'fail'> = {
  blame: (waiting, error) => {
    waiting.reject(asError(error));
    return 'answered';
  },
  fail: (batch, error) => {
    for (const waiting of batch) waiting.reject(asError(error));
  },
};

export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('the database failed', { cause: error });
}
