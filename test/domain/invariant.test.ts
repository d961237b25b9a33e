import { expect, test } from 'vitest';
import { InvariantViolation, invariant } from '../../src/domain/invariant.js';

test('an invariant throws when it does not hold, and only then', () => {
  expect(() => invariant(true, 'holds')).not.toThrow();
  expect(() => invariant(false, 'is broken')).toThrow(InvariantViolation);
});
