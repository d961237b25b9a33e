import { inHalves } from './halves.js';
import { createFlushLoop, flushInTime, rejectAll, type Waiting } from './timed-flush.js';

interface QueuedRead<Key, Answer> extends Waiting {
  readonly key: Key;
  readonly resolve: (answer: Answer) => void;
}

export interface BatchedReadOptions<Key, Answer> {
  /** Keys that go into one statement. */
  readonly maxKeys: number;
  /** @returns an answer for each key, in their order. */
  readonly readMany: (keys: readonly Key[]) => Promise<readonly Answer[]>;
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
    await flushInTime(queue, batch, (deadlineMs) => inHalves(batch, deadlineMs, answer, rejectAll));
  });

  async function answer(batch: readonly QueuedRead<Key, Answer>[]): Promise<void> {
    const answers = await readMany(batch.map(({ key }) => key));
    for (const [index, { resolve }] of batch.entries()) resolve(answers[index] as Answer);
  }

  return (key) =>
    new Promise((resolve, reject) => {
      queue.push({ key, queuedAtMs: performance.now(), resolve, reject });
      flushQueue();
    });
}
