import { invariant } from '../../../domain/invariant.js';
import { REJECTED, retryInHalves } from './retry-in-halves.js';
import { createFlushLoop, flushInTime, type Waiting, type Written } from './timed-flush.js';

/** The answer of a statement that had no room for this key: it goes into the next one, before all others. */
export const NOT_YET = Symbol('not yet');

interface QueuedRead<Key, Answer> extends Waiting {
  readonly key: Key;
  readonly resolve: (answer: Answer) => void;
}

export interface BatchedReadOptions<Key, Answer> {
  /** Keys that go into one statement. */
  readonly maxKeys: number;
  /** @returns an answer for each key, in their order; for the first key never `NOT_YET`. */
  readonly readMany: (keys: readonly Key[]) => Promise<readonly (Answer | typeof NOT_YET)[]>;
}

/** Reads that are asked for at the same time share a statement, as appends do: while one is under way the next collects. */
export function createBatchedRead<Key, Answer>(
  options: BatchedReadOptions<Key, Answer>,
): (key: Key) => Promise<Answer> {
  const { maxKeys, readMany } = options;
  const queue: QueuedRead<Key, Answer>[] = [];
  const flushQueue = createFlushLoop(queue, async () => {
    const batch = queue.splice(0, maxKeys);
    if (batch.length === 0) return;
    await flushInTime(queue, batch, (deadlineMs) =>
      retryInHalves(batch, deadlineMs, { attempt: answer, ...REJECTED }),
    );
  });

  async function answer(batch: readonly QueuedRead<Key, Answer>[]): Promise<Written> {
    const answers = await readMany(batch.map(({ key }) => key));
    invariant(answers.length === batch.length, 'each key has an answer');
    invariant(answers[0] !== NOT_YET, 'there is room for the first key');
    const left: QueuedRead<Key, Answer>[] = [];
    for (const [index, read] of batch.entries()) {
      const given = answers[index] as Answer | typeof NOT_YET;
      if (given === NOT_YET) left.push(read);
      else read.resolve(given);
    }
    if (left.length > 0) queue.unshift(...left);
    return 'answered';
  }

  return (key) =>
    new Promise((resolve, reject) => {
      queue.push({ key, queuedAtMs: performance.now(), resolve, reject });
      flushQueue();
    });
}
