import { isCausedByOneRow } from '../connection/errors.js';
import type { Waiting, Written } from './timed-flush.js';

export interface BatchAttempt<Member> {
  /** Answers every member of the batch; or throws, and then has answered none. */
  readonly attempt: (batch: readonly Member[]) => Promise<Written>;
  /** Answers a member that failed by itself, because of its own content. */
  readonly blame: (member: Member, error: unknown) => Promise<Written> | Written;
  /** Answers members for which nothing more can be tried: the database failed, or the time is over. */
  readonly fail: (batch: readonly Member[], error: unknown) => void;
}

/**
 * Does something for a whole batch at once. A batch that fails is tried again in halves, so that a member that fails
 * harms no other. Most often both halves succeed, because the cause was a clash with another transaction, which is
 * over by then.
 *
 * @param deadlineMs on the monotonic clock. Nothing is tried again after it.
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

/** For batches whose members are simply rejected. */
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
