import type { AppendRequest } from '../../application/ports/event-store.js';
import type { Chain } from './append-batch.js';

/** Requests that may wait for a flush; one more is refused as overloaded. */
export const MAX_QUEUED_APPENDS = 10_000;
/** Requests that go into one flush. */
export const MAX_BATCH_REQUESTS = 500;
/** A request that has waited longer is not sent to the database any more: whoever sent it has been told that it failed. */
export const MAX_QUEUE_WAIT_MS = 3_500;

export interface QueuedAppend<Answer> {
  readonly request: AppendRequest;
  readonly queuedAtMs: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

export interface QueuedChain<Answer> extends Chain {
  readonly queued: readonly QueuedAppend<Answer>[];
}

interface ChainUnderWay<Answer> {
  readonly queued: QueuedAppend<Answer>[];
  readonly keys: Set<string>;
  nextVersion: number;
}

/**
 * Takes the next batch out of the queue, oldest first. Requests of one stream that follow each other become one chain;
 * one that does not fit on the chain before it waits for the next batch, and everything after it on that stream too.
 */
export function takeBatch<Answer>(queue: QueuedAppend<Answer>[]): QueuedChain<Answer>[] {
  const chains = new Map<string, ChainUnderWay<Answer>>();
  const waiting = new Set<string>();
  const left: QueuedAppend<Answer>[] = [];
  let taken = 0;
  for (const queued of queue) {
    const { streamId } = queued.request;
    if (taken < MAX_BATCH_REQUESTS && !waiting.has(streamId) && putOnChain(chains, queued)) {
      taken += 1;
    } else {
      waiting.add(streamId);
      left.push(queued);
    }
  }
  queue.length = 0;
  queue.push(...left);
  return [...chains.values()].map(({ queued }) => chainOf(queued));
}

function putOnChain<Answer>(
  chains: Map<string, ChainUnderWay<Answer>>,
  queued: QueuedAppend<Answer>,
): boolean {
  const { streamId, expectedVersion, events, idempotencyKey } = queued.request;
  const chain = chains.get(streamId);
  if (chain === undefined) {
    const keys = new Set(idempotencyKey === undefined ? [] : [idempotencyKey]);
    chains.set(streamId, { queued: [queued], keys, nextVersion: expectedVersion + events.length });
    return true;
  }
  if (chain.nextVersion !== expectedVersion) return false;
  if (idempotencyKey !== undefined) {
    if (chain.keys.has(idempotencyKey)) return false;
    chain.keys.add(idempotencyKey);
  }
  chain.queued.push(queued);
  chain.nextVersion += events.length;
  return true;
}

function chainOf<Answer>(queued: readonly QueuedAppend<Answer>[]): QueuedChain<Answer> {
  const requests = queued.map(({ request }) => request);
  const [first] = requests;
  if (first === undefined) throw new Error('a chain has at least one request');
  return { streamId: first.streamId, requests, queued };
}
