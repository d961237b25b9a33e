import { invariant } from '../../../domain/invariant.js';
import type { Waiting } from '../batching/timed-flush.js';
import type { Chain, PreparedAppend } from './append-batch.js';

/** How many requests may wait for a flush. Any further one is refused as overloaded. */
export const MAX_QUEUED_APPENDS = 10_000;
/** How many requests go into one flush. */
export const MAX_BATCH_REQUESTS = 500;
/**
 * How many events of one flush may need statements of their own for the read models. All of these have to finish within
 * the flush's time, also where the machine or the database is twenty times as slow as usual, and messages of the same
 * flush wait for them.
 */
export const MAX_BATCH_PROJECTED_SINGLY = 32;

export interface QueuedAppend<Answer> extends Waiting {
  readonly append: PreparedAppend;
  resolve(answer: Answer): void;
}

export interface QueuedChain<Queued> extends Chain {
  readonly queued: readonly Queued[];
}

interface GrowingChain<Queued> {
  readonly queued: Queued[];
  /** The idempotency keys in the chain. The set is made with the second request, because most chains have one. */
  keys: Set<string> | null;
  nextVersion: number;
}

/**
 * Takes the next batch out of the queue, oldest first. Requests of one stream that follow each other become one
 * chain. A request that does not fit on the chain before it waits for the next batch, and so does everything after it
 * on that stream.
 */
export function takeBatch<Queued extends QueuedAppend<never>>(queue: Queued[]): QueuedChain<Queued>[] {
  const chains = new Map<string, GrowingChain<Queued>>();
  const waiting = new Set<string>();
  const left: Queued[] = [];
  let taken = 0;
  let projectedSingly = 0;
  for (const queued of queue) {
    const { streamId } = queued.append.request;
    const own = queued.append.projectedSingly;
    // A request that is over the limit by itself goes alone, because otherwise it would never go.
    const projectable =
      own === 0 || projectedSingly === 0 || projectedSingly + own <= MAX_BATCH_PROJECTED_SINGLY;
    const fits = taken < MAX_BATCH_REQUESTS && projectable;
    if (fits && !waiting.has(streamId) && putOnChain(chains, queued)) {
      taken += 1;
      projectedSingly += own;
    } else {
      waiting.add(streamId);
      left.push(queued);
    }
  }
  invariant(taken + left.length === queue.length, 'each request is taken or waits');
  queue.length = 0;
  queue.push(...left);
  return [...chains.values()].map(({ queued }) => chainOf(queued));
}

function putOnChain<Queued extends QueuedAppend<never>>(
  chains: Map<string, GrowingChain<Queued>>,
  queued: Queued,
): boolean {
  const { streamId, expectedVersion, events, idempotencyKey } = queued.append.request;
  const chain = chains.get(streamId);
  if (chain === undefined) {
    chains.set(streamId, { queued: [queued], keys: null, nextVersion: expectedVersion + events.length });
    return true;
  }
  if (chain.nextVersion !== expectedVersion) return false;
  if (idempotencyKey !== undefined) {
    chain.keys ??= keysOf(chain.queued);
    if (chain.keys.has(idempotencyKey)) return false;
    chain.keys.add(idempotencyKey);
  }
  chain.queued.push(queued);
  chain.nextVersion += events.length;
  return true;
}

function keysOf(queued: readonly QueuedAppend<never>[]): Set<string> {
  return new Set(queued.flatMap(({ append: { request } }) => request.idempotencyKey ?? []));
}

function chainOf<Queued extends QueuedAppend<never>>(queued: readonly Queued[]): QueuedChain<Queued> {
  const appends = queued.map(({ append }) => append);
  const [first] = appends;
  invariant(first !== undefined, 'a chain has at least one request');
  return { streamId: first.request.streamId, appends, queued };
}
