import { afterEach, expect, test, vi } from 'vitest';
import { createRateLimiterFlexible } from '../../../src/adapters/rate-limiter-flexible/rate-limiter.js';
import { DEFAULT_RATES } from '../../../src/application/ports/rate-limiter.js';
import { HOUR_MS } from '../../../src/domain/instant.js';
import { describeRateLimiterContract } from '../../contracts/rate-limiter.js';

function fakeTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
}

afterEach(() => {
  vi.useRealTimers();
});

describeRateLimiterContract('rate-limiter-flexible', async (rates) => {
  fakeTimers();
  return {
    limiter: createRateLimiterFlexible(rates),
    advance: async (ms) => {
      await vi.advanceTimersByTimeAsync(ms);
    },
    close: () => vi.useRealTimers(),
  };
});

test('beyond its cap it forgets the key that has waited longest, and holds no more', async () => {
  fakeTimers();
  const limiter = createRateLimiterFlexible(DEFAULT_RATES, 3);
  const exhaust = async (key: string) => {
    for (let count = 0; count < 11; count += 1) await limiter.take('send_message', key);
  };
  for (const key of ['a', 'b', 'c']) await exhaust(key);
  expect(limiter.held()).toBe(3);
  expect(vi.getTimerCount()).toBe(3);
  await exhaust('d');
  expect(limiter.held()).toBe(3);
  expect(vi.getTimerCount()).toBe(3);
  expect(await limiter.take('send_message', 'b')).toMatchObject({ outcome: 'limited' });
  expect(await limiter.take('send_message', 'a')).toEqual({ outcome: 'taken' });
});

test('ten thousand made-up keys leave no more than the cap', async () => {
  const limiter = createRateLimiterFlexible(DEFAULT_RATES, 1_000);
  for (let index = 0; index < 10_000; index += 1) await limiter.take('handshake', `192.0.2.${index}`);
  expect(limiter.held()).toBe(1_000);
});

test('a clock that is set back makes nobody wait longer than a window', async () => {
  fakeTimers();
  const limiter = createRateLimiterFlexible(DEFAULT_RATES);
  for (let count = 0; count < 10; count += 1) await limiter.take('send_message', 'a');
  vi.setSystemTime(Date.now() - HOUR_MS);
  expect(await limiter.take('send_message', 'a')).toEqual({ outcome: 'limited', retryAfterMs: 10_000 });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await limiter.take('send_message', 'a')).toEqual({ outcome: 'taken' });
});
