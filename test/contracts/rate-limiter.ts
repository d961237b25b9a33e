import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  DEFAULT_RATES,
  MIN_PAUSE_MS,
  type Rate,
  type RateKind,
  type RateLimiter,
  type Rates,
  windowMsOf,
} from '../../src/application/ports/rate-limiter.js';

/** A rate limiter whose time the test moves. */
export interface RateLimiterUnderTest {
  readonly limiter: RateLimiter;
  advance(ms: number): Promise<void>;
  close(): void;
}

const RATES: Rates = { ...DEFAULT_RATES, send_message: { perMinute: 60, burst: 10 } };

/** What `src/application/ports/rate-limiter.ts` says, for every adapter of it. */
export function describeRateLimiterContract(
  name: string,
  open: (rates: Rates) => Promise<RateLimiterUnderTest>,
): void {
  describe(`${name}: rate limiter`, () => {
    let subject: RateLimiterUnderTest;
    beforeEach(async () => {
      subject = await open(RATES);
    });
    afterEach(() => subject.close());

    async function takeMany(count: number, key = 'doctor:d-1', kind: RateKind = 'send_message') {
      const takes = await Promise.all(Array.from({ length: count }, () => subject.limiter.take(kind, key)));
      return takes.filter(({ outcome }) => outcome === 'taken').length;
    }

    async function pauseOf(key = 'doctor:d-1'): Promise<number> {
      const take = await subject.limiter.take('send_message', key);
      if (take.outcome === 'taken') throw new Error('it was not limited');
      return take.retryAfterMs;
    }

    test('lets a burst pass, and then tells how long to wait', async () => {
      expect(await takeMany(10)).toBe(10);
      await subject.advance(4_000);
      expect(await pauseOf()).toBe(6_000);
    });

    test('lets somebody go on who has waited as long as they were told, and not before', async () => {
      await takeMany(10);
      await subject.advance(2_500);
      const pause = await pauseOf();
      await subject.advance(pause - 1);
      expect(await pauseOf()).toBe(1);
      await subject.advance(1);
      expect(await takeMany(11)).toBe(10);
    });

    test('does not prolong the wait of somebody who asks meanwhile', async () => {
      await takeMany(500);
      await subject.advance(9_999);
      await takeMany(500);
      await subject.advance(1);
      expect(await takeMany(1)).toBe(1);
    });

    test('refuses what was sent right after a refusal, even if the window ends in between', async () => {
      await takeMany(10);
      await subject.advance(9_999);
      expect(await pauseOf()).toBe(MIN_PAUSE_MS);
      await subject.advance(500);
      expect(await pauseOf()).toBe(MIN_PAUSE_MS - 500);
      await subject.advance(MIN_PAUSE_MS - 500);
      expect(await takeMany(11)).toBe(10);
    });

    test('keeps keys and kinds apart', async () => {
      await takeMany(11);
      expect(await takeMany(1, 'patient:d-1')).toBe(1);
      expect(await takeMany(1, 'doctor:d-1', 'typing')).toBe(1);
      expect(await takeMany(1, '__proto__')).toBe(1);
      expect(await takeMany(1, '')).toBe(1);
    });

    test('remembers a key for one window', async () => {
      await takeMany(1, 'one');
      await takeMany(1, 'other');
      await takeMany(5, 'other');
      expect(subject.limiter.held()).toBe(2);
      await subject.advance(10_000);
      expect(subject.limiter.held()).toBe(0);
    });

    const anyRate = fc
      .record({ perMinute: fc.integer({ min: 1, max: 600 }), burst: fc.integer({ min: 1, max: 40 }) })
      .filter((each) => windowMsOf(each) >= MIN_PAUSE_MS);

    /** When it was taken, in ms since the first attempt. @throws if the pause that was told is not enough. */
    async function takenOver(rate: Rate, waits: readonly number[]): Promise<readonly number[]> {
      const { limiter, advance, close } = await open({ ...DEFAULT_RATES, send_message: rate });
      const taken: number[] = [];
      let now = 0;
      let freeAt = 0;
      for (const wait of waits) {
        await advance(wait);
        now += wait;
        const take = await limiter.take('send_message', 'key');
        expect(take.outcome).toBe(now < freeAt ? 'limited' : take.outcome);
        if (take.outcome === 'taken') taken.push(now);
        else freeAt = now + take.retryAfterMs;
      }
      await advance(Math.max(0, freeAt - now));
      if (freeAt > now) expect(await limiter.take('send_message', 'key')).toEqual({ outcome: 'taken' });
      close();
      return taken;
    }

    test('keeps any rate: never more than it allows in a window, and no pause that is not enough', async () => {
      const gaps = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 60 });
      await fc.assert(
        fc.asyncProperty(anyRate, gaps, async (message: Rate, waits) => {
          const taken = await takenOver(message, waits);
          // Two bursts can meet at the end of a window. One use more spans a whole window.
          for (const [index, at] of taken.entries()) {
            const later = taken[index + 2 * message.burst];
            if (later !== undefined) expect(later - at).toBeGreaterThanOrEqual(windowMsOf(message));
          }
        }),
        { numRuns: 100 },
      );
    });
  });
}
