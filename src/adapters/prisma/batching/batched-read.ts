import { invariant } from '../../../domain/invariant.js';
import { REJECTED, retryInHalves } from './retry-in-halves.js';
import { createFlushLoop, flushInTime, type Waiting, type Written } from './timed-flush.js';

/** Answers a key for which the statement had no room. The key goes into the next statement, before all others. */
export const NOT_YET = Symbol('not yet');

interface QueuedRead<Key, Answer> extends Waiting {
  readonly key: Key;
  readonly name: string;
  readonly resolve: (answer: Answer) => void;
}

/** The reads of one key, which share one answer. */
interface SharedRead<Key, Answer> extends Waiting {
  readonly key: Key;
  readonly reads: QueuedRead<Key, Answer>[];
}

export interface BatchedReadOptions<Key, Answer> {
  /** How many keys go into one statement. */
  readonly maxKeys: number;
  /** A name that two keys share exactly when they ask for the same. */
  readonly nameOf: (key: Key) => string;
  /** @returns an answer for each key, in their order. The first key's answer is never `NOT_YET`. */
  readonly readMany: (keys: readonly Key[]) => Promise<readonly (Answer | typeof NOT_YET)[]>;
}

/**
 * Lets reads that are asked for at the same time share a statement, as appends do: while one statement is under way,
 * the next one collects. Reads of the same key share the answer, and must not change it. An answer is never older
 * than its question.
 */
export function createBatchedRead<Key, Answer>(
  options: BatchedReadOptions<Key, Answer>,
): (key: Key) => Promise<Answer> {
  const { maxKeys, nameOf, readMany } = options;
  const queue: QueuedRead<Key, Answer>[] = [];
  const flushQueue = createFlushLoop(queue, async () => {
    const batch = takeShared(queue, maxKeys);
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
      queue.push({ key, name: nameOf(key), queuedAtMs: performance.now(), resolve, reject });
      flushQueue();
    });
}

/** Takes the oldest reads out of the queue, up to so many keys, and all others that ask for the same. */
function takeShared<Key, Answer>(
  queue: QueuedRead<Key, Answer>[],
  maxKeys: number,
): SharedRead<Key, Answer>[] {
  const shared = new Map<string, SharedRead<Key, Answer>>();
  const left: QueuedRead<Key, Answer>[] = [];
  for (const read of queue) {
    const found = shared.get(read.name);
    if (found !== undefined) found.reads.push(read);
    else if (shared.size < maxKeys) shared.set(read.name, sharedRead(read));
    else left.push(read);
  }
  queue.splice(0, queue.length, ...left);
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
