import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createCalls } from '../../../src/adapters/cluster/calls.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Two ends of one channel, as a process and one that it has forked have them. */
function channel() {
  const [here, there] = [new EventEmitter(), new EventEmitter()];
  const endOf = (own: EventEmitter, other: EventEmitter) => ({
    send: (message: object) => other.emit('message', structuredClone(message)),
    on: own.on.bind(own),
  });
  return { here: endOf(here, there), there: endOf(there, here) };
}

const DEAF = { told: () => {}, answer: async () => undefined };

test('what is told arrives at the other end, in order', () => {
  const { here, there } = channel();
  const heard: unknown[] = [];
  createCalls(there, { ...DEAF, told: (message) => void heard.push(message) });
  const calls = createCalls<{ readonly number: number }, never, never, never>(here, DEAF);
  calls.tell({ number: 1 });
  calls.tell({ number: 2 });
  expect(heard).toEqual([{ number: 1 }, { number: 2 }]);
});

test('each question gets its own answer, however late the others are answered', async () => {
  const { here, there } = channel();
  const pending = new Map<string, (value: string) => void>();
  const answer = (question: string) => new Promise((resolve) => void pending.set(question, resolve));
  createCalls(there, { ...DEAF, answer });
  const calls = createCalls<never, 'first' | 'second', never, never>(here, DEAF);
  const answers = Promise.all([calls.ask('first'), calls.ask('second')]);
  pending.get('second')?.('of the second');
  pending.get('first')?.('of the first');
  expect(await answers).toEqual(['of the first', 'of the second']);
});

test('a question that fails at the other end has no answer', async () => {
  const { here, there } = channel();
  createCalls(there, { ...DEAF, answer: () => Promise.reject(new Error('cannot')) });
  expect(await createCalls<never, 'metrics', never, never>(here, DEAF).ask('metrics')).toBeUndefined();
});

test('who is not answered within a second goes on without, and what comes later is nobody’s', async () => {
  const { here, there } = channel();
  const late: ((value: string) => void)[] = [];
  createCalls(there, { ...DEAF, answer: () => new Promise((resolve) => late.push(resolve)) });
  const calls = createCalls<never, 'metrics', never, never>(here, DEAF);
  const asked = calls.ask('metrics');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await asked).toBeUndefined();
  late[0]?.('too late');
  await vi.advanceTimersByTimeAsync(0);
  const next = calls.ask('metrics');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await next).toBeUndefined();
});

test('what is sent to a process that is gone is lost, and nothing fails', async () => {
  const gone = { send: undefined, on: () => {} };
  const calls = createCalls<object, 'metrics', never, never>(gone, DEAF);
  calls.tell({});
  const asked = calls.ask('metrics');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await asked).toBeUndefined();
});
