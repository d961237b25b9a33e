import { expect, test } from 'vitest';
import type { Sender } from '../../src/protocol/wire.js';
import { disagreements } from './agreement.js';

const HEADS = new Map([['c-1', 7]]);
const SAID = {
  process: 2,
  consultationId: 'c-1',
  sender: 'user',
  headSeq: 7,
  present: ['user', 'doctor'],
} as const;

function kindsOf(
  change: { headSeq?: number; present?: readonly (Sender | null)[] },
  there: readonly Sender[],
) {
  return disagreements([SAID, { ...SAID, ...change }], there, HEADS).map(({ kind }) => kind);
}

test('processes agree when each names those who are there, in any order, and the last message', () => {
  expect(kindsOf({ present: ['doctor', 'user'] }, ['user', 'doctor'])).toEqual([]);
  expect(disagreements([{ ...SAID, consultationId: 'c-2', headSeq: 0 }], ['user', 'doctor'], HEADS)).toEqual(
    [],
  );
});

test('somebody who is missing, or named though gone, or twice, or an old head, is a violation', () => {
  expect(kindsOf({ present: ['user'] }, ['user', 'doctor'])).toEqual(['presence-differs']);
  expect(kindsOf({ present: ['user'] }, ['user'])).toEqual(['presence-differs']);
  expect(kindsOf({ present: ['user', 'doctor', 'doctor'] }, ['user', 'doctor'])).toEqual([
    'presence-differs',
  ]);
  expect(kindsOf({ headSeq: 6 }, ['user', 'doctor'])).toEqual(['head-differs']);
});
