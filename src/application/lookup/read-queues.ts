import { type Instant, SECOND_MS } from '../../domain/instant.js';
import { type Refusal, refuse } from '../answers/refusal.js';
import type { Clock } from '../ports/clock.js';
import type { Scheduler } from '../ports/scheduler.js';
import { countedAs, type Requester } from './requester.js';

/** How many reads of one person may wait at a time; a little more than the rates allow anybody to ask for at once. */
export const MAX_WAITING_READS = 150;
/** A read that has waited longer, in ms, is not begun. Its caller has been told, or will be, that it took too long. */
export const MAX_READ_WAIT_MS = 3 * SECOND_MS;
/**
 * The longest rest between two reads of one person, in ms. A rest takes as long as the read before it. So the reads
 * of one person take half of the server at most, and a slow database is not slowed down further.
 */
export const MAX_REST_MS = 50;
/**
 * How many reads of one person may follow each other without a rest. Somebody who comes back after an outage asks for
 * as many as they have consultations, and the last of these reads would wait too long otherwise. The rates limit how
 * often this can happen.
 */
export const READS_WITHOUT_REST = 30;

const TOO_MANY = refuse('rate.limited', { retryAfterMs: SECOND_MS });
const TOO_LATE = refuse('server.overloaded', { retryAfterMs: SECOND_MS });

export interface Read<Value> {
  readonly outcome: 'read';
  readonly value: Value;
}

/**
 * Runs the large reads of a person one at a time, over all of their connections and requests. So however much one
 * person asks for at once, others are delayed by only one read.
 */
export interface ReadQueues {
  /** Runs `read` once the earlier reads of the same person are over. Rejects when `read` rejects. */
  run<Value>(by: Requester, read: () => Promise<Value>): Promise<Read<Value> | Refusal>;
}

interface Queue {
  waiting: number;
  /** How many reads have been done since the queue was last empty. */
  done: number;
  last: Promise<unknown>;
}

export interface ReadQueuesDependencies {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
}

export function createReadQueues({ clock, scheduler }: ReadQueuesDependencies): ReadQueues {
  /** The queues of those people for whom a read runs or waits. */
  const queues = new Map<string, Queue>();

  function leave(person: string, queue: Queue): void {
    queue.waiting -= 1;
    queue.done += 1;
    if (queue.waiting === 0) queues.delete(person);
  }

  async function begin<Value>(askedAt: Instant, read: () => Promise<Value>): Promise<Read<Value> | Refusal> {
    if (clock.now() - askedAt > MAX_READ_WAIT_MS) return TOO_LATE;
    return { outcome: 'read', value: await read() };
  }

  /**
   * Rests before the next read. There is no rest for the first reads, when no other read waits, or when the last one
   * took no time.
   */
  function rest(queue: Queue, begunAt: Instant): Promise<void> | undefined {
    const took = Math.min(clock.now() - begunAt, MAX_REST_MS);
    if (queue.waiting === 0 || took <= 0 || queue.done <= READS_WITHOUT_REST) return undefined;
    return new Promise((resolve) => {
      scheduler.after(took, { name: 'rest between reads of a person', run: async () => resolve() });
    });
  }

  return {
    run: (by, read) => {
      const person = countedAs(by);
      const queue = queues.get(person) ?? { waiting: 0, done: 0, last: Promise.resolve() };
      if (queue.waiting >= MAX_WAITING_READS) return Promise.resolve(TOO_MANY);
      if (queue.waiting === 0) queues.set(person, queue);
      queue.waiting += 1;
      const askedAt = clock.now();
      let begunAt = askedAt;
      const result = queue.last.then(() => {
        begunAt = clock.now();
        return begin(askedAt, read);
      });
      const over = (): Promise<void> | undefined => {
        leave(person, queue);
        return rest(queue, begunAt);
      };
      queue.last = result.then(over, over);
      return result;
    },
  };
}
