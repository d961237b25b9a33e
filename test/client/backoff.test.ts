import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffDelay, createRetry } from '../../src/client/backoff.js';
import { BASE_DELAY_MS, MAX_DELAY_MS, MAX_RETRY_AFTER_MS } from '../../src/client/limits.js';
import { createVirtualEnvironment } from './virtual-environment.js';

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('back-off', () => {
  it('doubles, with half of it left to chance, up to a ceiling', () => {
    fc.assert(
      fc.property(fc.nat({ max: 10_000 }), chance, (attempt, random) => {
        const ceiling = Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** attempt);
        expect(backoffDelay(attempt, random)).toBeGreaterThanOrEqual(Math.floor(ceiling / 2));
        expect(backoffDelay(attempt, random)).toBeLessThanOrEqual(ceiling);
      }),
    );
  });

  it('never comes before the server asked for, and bears any number it asks for', () => {
    fc.assert(
      fc.property(fc.nat({ max: 50 }), chance, fc.double(), (attempt, random, retryAfterMs) => {
        const delay = backoffDelay(attempt, random, retryAfterMs);
        expect(delay).toBeLessThanOrEqual(MAX_RETRY_AFTER_MS + MAX_DELAY_MS);
        if (retryAfterMs <= MAX_RETRY_AFTER_MS) expect(delay).toBeGreaterThanOrEqual(retryAfterMs);
      }),
    );
  });

  it('starts from the shortest again once something has worked', async () => {
    const environment = createVirtualEnvironment();
    const retry = createRetry(environment);
    const ran: number[] = [];
    const start = environment.now();
    const run = (): void => void ran.push(environment.now() - start);
    for (let attempt = 0; attempt < 4; attempt += 1) {
      retry.later(run);
      await environment.advance(MAX_DELAY_MS);
    }
    retry.reset();
    retry.later(run);
    await environment.advance(BASE_DELAY_MS);
    expect(ran).toHaveLength(5);
    retry.later(run);
    retry.cancel();
    await environment.advance(MAX_DELAY_MS);
    expect(ran).toHaveLength(5);
    expect(environment.timers()).toBe(0);
  });
});
