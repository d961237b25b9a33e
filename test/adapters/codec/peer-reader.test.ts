import { expect, test } from 'vitest';
import { createPeerReader } from '../../../src/adapters/codec/peer-reader.js';
import { createRecordingMetrics } from '../../../src/adapters/memory/metrics.js';

function open() {
  const metrics = createRecordingMetrics();
  const malformed = () => metrics.counted('peer_messages_malformed_total');
  return { read: createPeerReader('own', metrics), malformed };
}

test('a message of another form says that there is something which is not understood', () => {
  const { read, malformed } = open();
  expect(read('[2,"other",7,"stored",[]]')).toMatchObject({ number: null, news: { type: 'unknown' } });
  expect(malformed()).toBe(0);
});

test('of its own messages, a process reads only those that show how long they take', () => {
  const { read } = open();
  expect(read('[1,"own",7,"hello"]')).toBeNull();
  expect(read('[1,"own",8,"alive"]')).toMatchObject({ number: 8, news: { type: 'alive' } });
  expect(read('[1,"other",7,"hello"]')).toMatchObject({ from: 'other', news: { type: 'hello' } });
});

test('what is no message is counted, and is nothing', () => {
  const { read, malformed } = open();
  expect(read('hello')).toBeNull();
  expect(malformed()).toBe(1);
});
