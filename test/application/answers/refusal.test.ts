import { expect, test } from 'vitest';
import { refusalOf, refuse, sentenceOf } from '../../../src/application/answers/refusal.js';
import { InvariantViolation } from '../../../src/domain/invariant.js';

test('a refusal for a field says what is wrong with it', () => {
  expect(sentenceOf(refuse('request.invalid', { field: 'limit', reason: 'must be a whole number' }))).toBe(
    `${sentenceOf(refuse('request.invalid'))} limit must be a whole number.`,
  );
});

test('a command that is not accepted is refused for what the store or the rules said', () => {
  expect(refusalOf({ outcome: 'unstorable' })).toEqual(refuse('request.invalid'));
  expect(refusalOf({ outcome: 'overloaded', retryAfterMs: 250 })).toEqual(
    refuse('server.overloaded', { retryAfterMs: 250 }),
  );
  expect(refusalOf({ outcome: 'rejected', rejection: { code: 'consultation.inactive' } })).toEqual(
    refuse('consultation.inactive'),
  );
  expect(() => refusalOf({ outcome: 'duplicate' })).toThrow(InvariantViolation);
});
