import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { MAX_COUNTED, RateCounts } from '../../../src/adapters/http/api/rate-counts.js';
import type { ApiLimits } from '../../../src/adapters/http/api/rate-limits.js';
import { createMemoryRateLimiter } from '../../../src/adapters/memory/rate-limiters.js';
import type { Caller } from '../../../src/application/ports/identity.js';
import { DEFAULT_RATES, type RateLimiter } from '../../../src/application/ports/rate-limiter.js';
import { HOUR_MS, MINUTE_MS } from '../../../src/domain/instant.js';
import { type ApiHarness, apiHarness, serverOptions } from './api-harness.js';

const harness = apiHarness();

// Only what is measured stands still: connections go on.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Its time is that of the tests, which they move. */
const twoFailures = (): RateLimiter => {
  const clock = { now: () => performance.now() };
  return createMemoryRateLimiter({ ...DEFAULT_RATES, failed_sign_in: { perMinute: 2, burst: 2 } }, clock);
};

const open = (limits: Partial<ApiLimits>, isOpen = false): Promise<ApiHarness> =>
  harness.open({
    isOpen,
    server: (memory) => {
      const { metrics } = memory;
      const few = { apiRequestsPerMinute: 3, rateLimiter: twoFailures(), trustedProxies: 0, metrics };
      return { api: { ...serverOptions(memory).api, limits: { ...few, ...limits } } };
    },
  });

const ADMIN: Caller = { role: 'admin', id: 'admin-1' };
const LIMITED = {
  code: 'rate.limited',
  status: 429,
  detail: 'You are doing this too often. Try again later.',
};

describe('requests of one person', () => {
  test('are limited, whatever they ask for and from wherever; those of others are not', async () => {
    const { call, memory } = await open({ trustedProxies: 1 });
    const token = memory.authenticator.issue(ADMIN, null);
    const get = (address: string) =>
      call('GET', '/api/v1/doctors', { token, headers: { 'x-forwarded-for': address } });
    expect((await get('192.0.2.1')).status).toBe(200);
    expect((await get('192.0.2.2')).status).toBe(200);
    expect((await call('GET', '/api/v1/patients/nobody', { token })).status).toBe(404);
    vi.advanceTimersByTime(20_500);
    const limited = await get('192.0.2.3');
    expect(limited.json).toMatchObject({ ...LIMITED, retryAfterMs: 39_500 });
    expect(limited.headers.get('retry-after')).toBe('40');
    expect(memory.metrics.counted('api_requests_rate_limited_total')).toBe(1);
    const other = memory.authenticator.issue({ role: 'patient', id: 'admin-1' }, null);
    expect((await call('GET', '/api/v1/consultations', { token: other })).status).toBe(200);
    vi.advanceTimersByTime(39_499);
    expect((await get('192.0.2.1')).json).toMatchObject({ retryAfterMs: 1 });
    vi.advanceTimersByTime(1);
    expect((await get('192.0.2.1')).status).toBe(200);
  });

  test('are not limited where no limits are told', async () => {
    const { call } = await harness.open({ isOpen: true });
    for (let time = 0; time < 400; time += 1) {
      expect((await call('GET', '/api/v1/patients/nobody')).status).toBe(404);
    }
  });

  test('health, metrics and documentation are for everybody, as often as they like', async () => {
    const { call } = await open({}, true);
    for (let time = 0; time < 10; time += 1) {
      for (const path of ['/healthz', '/readyz', '/metrics', '/api/openapi.json']) {
        expect((await call('GET', path)).status).toBe(200);
      }
    }
  });
});

describe('requests with a token that proves nothing, or none', () => {
  test('are limited for their address, and keep out nobody who proves who they are', async () => {
    const { call, memory } = await open({});
    const guess = (address: string) =>
      call('GET', '/api/v1/doctors', { token: 'a-guess', headers: { 'x-forwarded-for': address } });
    expect((await guess('192.0.2.1')).status).toBe(401);
    expect((await call('GET', '/api/v1/doctors')).status).toBe(401);
    // What a client says of where it comes from does not count.
    const limited = await guess('192.0.2.2');
    expect(limited.json).toMatchObject({ ...LIMITED, retryAfterMs: MINUTE_MS });
    expect(limited.headers.get('www-authenticate')).toBeNull();
    const token = memory.authenticator.issue(ADMIN, null);
    expect((await call('GET', '/api/v1/doctors', { token })).status).toBe(200);
    vi.advanceTimersByTime(MINUTE_MS);
    expect((await guess('192.0.2.1')).status).toBe(401);
  });
});

describe('what is counted', () => {
  function count(counts: RateCounts, key: string): { current: number; ttl: number } | undefined {
    let result: { current: number; ttl: number } | undefined;
    counts.incr(key, (_error, counted) => (result = counted), MINUTE_MS);
    return result;
  }

  test('is bounded: the oldest of too many is forgotten', () => {
    const counts = new RateCounts();
    for (let index = 0; index < MAX_COUNTED; index += 1) count(counts, `key-${index}`);
    expect(count(counts, 'key-0')).toEqual({ current: 2, ttl: MINUTE_MS });
    count(counts, 'one more');
    expect(count(counts, 'key-1')?.current).toBe(2);
    expect(count(counts, 'key-0')?.current).toBe(1);
  });

  test('goes by time that passes, not by a clock that is set', () => {
    vi.useFakeTimers({ toFake: ['performance', 'Date'] });
    const counts = new RateCounts();
    count(counts, 'key');
    vi.setSystemTime(Date.now() - HOUR_MS);
    expect(count(counts, 'key')).toEqual({ current: 2, ttl: MINUTE_MS });
    vi.advanceTimersByTime(MINUTE_MS);
    expect(count(counts, 'key')).toEqual({ current: 1, ttl: MINUTE_MS });
  });
});
