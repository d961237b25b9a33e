import { describe, expect, test } from 'vitest';
import { prepareAppend } from '../../../../src/adapters/prisma/append/append-batch.js';
import {
  MAX_BATCH_PROJECTED_SINGLY,
  MAX_BATCH_REQUESTS,
  type QueuedAppend,
  takeBatch,
} from '../../../../src/adapters/prisma/append/append-queue.js';
import type { DomainEvent } from '../../../../src/application/ports/event-store.js';
import { ended, message, opened, request } from '../../../contracts/storage.js';

type Queue = QueuedAppend<never>[];

/** One request of `consultation:<id>` that expects a version; of one message unless told otherwise. */
function queued(
  id: string,
  expectedVersion: number,
  key?: string,
  events?: DomainEvent[],
): QueuedAppend<never> {
  const [first = message(id, expectedVersion), ...rest] = events ?? [];
  const details = key === undefined ? {} : { idempotencyKey: key };
  const append = prepareAppend(
    request<DomainEvent>(`consultation:${id}`, expectedVersion, [first, ...rest], details),
  );
  return { append, queuedAtMs: 0, resolve: () => {}, reject: () => {} };
}

/** `<id>@<expected version>` of everything that is taken, chain by chain. */
function take(queue: Queue): string[][] {
  return takeBatch(queue).map(({ streamId, appends, queued: entries }) => {
    expect(appends).toEqual(entries.map(({ append }) => append));
    expect(appends.every((append) => append.request.streamId === streamId)).toBe(true);
    return appends.map(nameOf);
  });
}

function nameOf({ request: { streamId, expectedVersion } }: QueuedAppend<never>['append']): string {
  return `${streamId.slice('consultation:'.length)}@${expectedVersion}`;
}

function left(queue: Queue): string[] {
  return queue.map(({ append }) => nameOf(append));
}

describe('the next batch', () => {
  test('of an empty queue is empty', () => {
    expect(take([])).toEqual([]);
  });

  test('has a chain for each stream, in the order in which they asked', () => {
    const queue = [queued('b', 3), queued('a', 0), queued('c', 9)];
    expect(take(queue)).toEqual([['b@3'], ['a@0'], ['c@9']]);
    expect(queue).toEqual([]);
  });

  test('makes one chain of what follows each other, whatever lies between', () => {
    const queue = [queued('a', 1), queued('b', 7), queued('a', 2), queued('b', 8), queued('a', 3)];
    expect(take(queue)).toEqual([
      ['a@1', 'a@2', 'a@3'],
      ['b@7', 'b@8'],
    ]);
  });

  test('counts the events of a request, not the request', () => {
    const three = [message('a', 1), message('a', 2), message('a', 3)];
    const queue = [queued('a', 1, undefined, three), queued('a', 4), queued('a', 5)];
    expect(take(queue)).toEqual([['a@1', 'a@4', 'a@5']]);
  });

  test.each([
    ['expects the same version', 1],
    ['leaves a gap', 3],
    ['goes back', 0],
  ])('leaves what %s for later, and everything after it on that stream', (_case, version) => {
    const queue = [queued('a', 1), queued('a', version), queued('a', 2), queued('b', 0)];
    expect(take(queue)).toEqual([['a@1'], ['b@0']]);
    expect(left(queue)).toEqual([`a@${version}`, 'a@2']);
  });

  test('never has one key twice on a stream, so that the second finds the first stored', () => {
    const queue = [queued('a', 1, 'k'), queued('a', 2, 'l'), queued('a', 3, 'k'), queued('a', 4)];
    expect(take(queue)).toEqual([['a@1', 'a@2']]);
    expect(left(queue)).toEqual(['a@3', 'a@4']);
    expect(take(queue)).toEqual([['a@3', 'a@4']]);
  });

  test('may have one key on several streams', () => {
    const queue = [queued('a', 1, 'k'), queued('b', 1, 'k')];
    expect(take(queue)).toEqual([['a@1'], ['b@1']]);
  });

  test('is bounded, and the rest keeps its order', () => {
    const queue = Array.from({ length: MAX_BATCH_REQUESTS + 3 }, (_, index) =>
      queued(`s${index % 7}`, Math.floor(index / 7)),
    );
    const names = left(queue);
    expect(take(queue).flat()).toHaveLength(MAX_BATCH_REQUESTS);
    expect(left(queue)).toEqual(names.slice(MAX_BATCH_REQUESTS));
    expect(take(queue).flat().sort()).toEqual(names.slice(MAX_BATCH_REQUESTS).sort());
    expect(queue).toEqual([]);
  });

  test('takes only so many events that need statements of their own, and messages past them', () => {
    const OVER = 5;
    const queue = Array.from({ length: MAX_BATCH_PROJECTED_SINGLY + OVER }, (_, index) =>
      queued(`s${index}`, 0, undefined, [opened(`s${index}`)]),
    );
    const last = `s${MAX_BATCH_PROJECTED_SINGLY + OVER - 1}`;
    queue.push(queued('m', 1), queued(last, 1));
    const taken = take(queue).flat();
    expect(taken).toHaveLength(MAX_BATCH_PROJECTED_SINGLY + 1);
    expect(taken).toContain('m@1');
    // A message behind an event that has to wait waits with it.
    expect(left(queue)).toHaveLength(OVER + 1);
    expect(take(queue).flat()).toContain(`${last}@1`);
    expect(queue).toEqual([]);
  });

  test('does not count what is projected with the statement: consultations may end in a full batch', () => {
    const queue = Array.from({ length: MAX_BATCH_REQUESTS }, (_, index) =>
      queued(`s${index}`, 1, undefined, [ended(`s${index}`)]),
    );
    expect(take(queue).flat()).toHaveLength(MAX_BATCH_REQUESTS);
    expect(queue).toEqual([]);
  });

  test('takes a request that is over that limit by itself', () => {
    const events = Array.from({ length: MAX_BATCH_PROJECTED_SINGLY + 1 }, () => opened('a'));
    const queue = [
      queued('m', 1),
      queued('a', 0, undefined, events),
      queued('b', 0, undefined, [opened('b')]),
    ];
    expect(take(queue)).toEqual([['m@1'], ['a@0']]);
    expect(take(queue)).toEqual([['b@0']]);
  });
});
