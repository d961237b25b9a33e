import { expect, test } from 'vitest';
import { MAX_PAYLOAD_BYTES } from '../../../../src/adapters/prisma/peers/channel.js';
import {
  createCutter,
  createJoiner,
  fragmentStart,
  MAX_FRAGMENTS,
} from '../../../../src/adapters/prisma/peers/fragments.js';

const LONG = '👩🏽‍⚕️ä,x'.repeat(3_000);

test('a long message is cut into payloads and put together again, beside those of others', () => {
  const [a, b] = [createCutter('process-a'), createCutter('process-b')];
  const join = createJoiner();
  expect(a('short')).toEqual(['short']);
  expect(join('short')).toBe('short');
  const [ofA, ofB] = [a(LONG), b(`${LONG}!`)];
  for (const payload of [...ofA, ...ofB])
    expect(Buffer.byteLength(payload)).toBeLessThanOrEqual(MAX_PAYLOAD_BYTES);
  for (const payload of ofA) expect(payload.startsWith(fragmentStart('process-a'))).toBe(true);
  const whole = ofA.flatMap((payload, index) => [join(payload), join(ofB[index] ?? '')]);
  expect(whole.filter((text) => text !== null && text !== '')).toEqual([LONG, `${LONG}!`]);
});

test('a message of which something is missing, or comes twice, is left out, and the next one is whole', () => {
  const cut = createCutter('process-a');
  for (const spoil of [
    (payloads: readonly string[]) => payloads.slice(1),
    (payloads: readonly string[]) => payloads.slice(0, -1),
    (payloads: readonly string[]) => payloads.toSpliced(1, 1),
    (payloads: readonly string[]) => [...payloads.slice(0, 2), ...payloads.slice(1)],
    (payloads: readonly string[]) => payloads.toReversed(),
  ]) {
    const join = createJoiner();
    for (const payload of spoil(cut(LONG))) expect(join(payload)).toBeNull();
    expect(cut(LONG).map(join).at(-1)).toBe(LONG);
  }
});

test('what would take too many payloads is not sent, and what claims to is not waited for', () => {
  expect(createCutter('process-a')('x'.repeat(MAX_FRAGMENTS * MAX_PAYLOAD_BYTES))).toEqual([]);
  const join = createJoiner();
  const heard = Array.from({ length: 99 }, (_, index) => join(`~stranger,1,${index + 1},99,x`));
  expect(heard[MAX_FRAGMENTS - 1]).toBe('x'.repeat(MAX_FRAGMENTS));
  expect(heard.filter((text) => text !== null)).toHaveLength(1);
});

test('unfinished messages of many senders are bounded', () => {
  const join = createJoiner();
  for (let sender = 0; sender < 1_000; sender += 1) expect(join(`~sender-${sender},1,1,2,x`)).toBeNull();
  expect(join('~sender-0,1,2,2,y')).toBeNull();
  expect(join('~sender-999,1,2,2,y')).toBe('xy');
});
