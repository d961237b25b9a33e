import { expect, test } from 'vitest';
import {
  createMemoryRateLimiter,
  createUnlimitedRateLimiter,
} from '../../../src/adapters/memory/rate-limiters.js';
import { createVirtualTime } from '../../../src/adapters/memory/virtual-time.js';
import { describeRateLimiterContract } from '../../contracts/rate-limiter.js';

describeRateLimiterContract('memory', async (rates) => {
  const time = createVirtualTime(0);
  return {
    limiter: createMemoryRateLimiter(rates, time.clock),
    advance: time.advance,
    close: () => {},
  };
});

test('without limits, nobody is refused or remembered', async () => {
  const limiter = createUnlimitedRateLimiter();
  for (let count = 0; count < 1_000; count += 1) {
    expect(await limiter.take('send_message', 'a')).toEqual({ outcome: 'taken' });
  }
  expect(limiter.held()).toBe(0);
});
