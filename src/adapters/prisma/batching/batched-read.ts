import { invariant } from '../../../domain/invariant.js';
import { REJECTED, retryInHalves } from './retry-in-halves.js';
import { createFlushLoop, flushInTime, type Waiting, type Written } from './timed-flush.js';

/** The answer of a statement that had no room for this key: it goes into the next one, before all others. */
export const NOT_YET = Symbol('not yet');

interface QueuedRead<Key, Answer> extends Waiting {
  readonly key: Key;
  readonly resolve: (answer: Answer) => void;
}

/** Reads of one key, which get one answer. */
interface SharedRead<Key, Answer> extends Waiting {
  readonly key: Key;
  readonly reads: QueuedRead<Key, Answer>[];
}

export interface BatchedReadOptions<Key, Answer> {
  /** Keys that go into one statement. */
  readonly maxKeys: number;
  /** The same for keys that ask for the same. */
  readonly nameOf: (key: Key) => string;
  /** @returns an answer for each key, in their order; for the first key never `NOT_YET`. */
  readonly readMany: (keys: readonly Key[]) => Promise<readonly (Answer | typeof NOT_YET)[]>;
}

/**
 * Reads that are asked for at the same time share a statement, as appends do: while one is under way the next collects.
 * Those of the same key share the answer, and must not change it; it is never older than the question.
 */
export function createBatchedRead<Key, Answer>(
  options: BatchedReadOptions<Key, Answer>,
): (key: Key) => Promise<Answer> {
  const { maxKeys, nameOf, readMany } = options;
  const queue: QueuedRead<Key, Answer>[] = [];
  const flushQueue = createFlushLoop(queue, async () => {
    const batch = takeShared(queue, maxKeys, nameOf);
    if (batch.length === 0) return;
    await flushInTime(queue, batch, (deadlineMs) =>
      retryInHalves(batch, deadlineMs, { attempt: answer, ...REJECTED }),
    );
  });

  async function answer(batch: readonly SharedRead<Key, Answer>[]): Promise<Written> {
    const answers = await readMany(batch.map(({ key }) => key));
    invariant(answers.length === batch.length, 'each key has an answer');
    invariant(answers[0] !== NOT_YET, 'there is room for the first key');
    const left: QueuedRead<Key, Answer>[] = [];
    for (const [index, { reads }] of batch.entries()) {
      const given = answers[index] as Answer | typeof NOT_YET;
      if (given === NOT_YET) left.push(...reads);
      else for (const read of reads) read.resolve(given);
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

/** Takes the oldest reads out of the queue, of so many keys. */
function takeShared<Key, Answer>(
  queue: QueuedRead<Key, Answer>[],
  maxKeys: number,
  nameOf: (key: Key) => string,
): SharedRead<Key, Answer>[] {
  const shared = new Map<string, SharedRead<Key, Answer>>();
  let taken = 0;
  for (const read of queue) {
    const name = nameOf(read.key);
    const found = shared.get(name);
    if (found === undefined && shared.size === maxKeys) break;
    if (found === undefined) shared.set(name, sharedRead(read));
    else found.reads.push(read);
    taken += 1;
  }
  queue.splice(0, taken);
  return [...shared.values()];
}

function sharedRead<Key, Answer>(first: QueuedRead<Key, Answer>): SharedRead<Key, Answer> {
  const reads = [first];
  return {
    key: first.key,
    reads,
    queuedAtMs: first.queuedAtMs,
    reject: (error) => {
      for (const read of reads) read.reject(error);
    },
  };
}
