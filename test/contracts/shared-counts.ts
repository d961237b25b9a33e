import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { SharedCounts } from '../../src/application/ports/shared-counts.js';
import { MINUTE_MS } from '../../src/domain/instant.js';

const PATIENCE = { timeout: 30_000, interval: 50 };

/** Processes that count together. */
export interface SharedCountsUnderTest {
  join(): Promise<SharedCounts>;
  /** A process of another chat, on the same engine. */
  joinElsewhere(): Promise<SharedCounts>;
  close(): Promise<void>;
}

/** What `src/application/ports/shared-counts.ts` says, for every engine, except that an engine may fail. */
export function describeSharedCountsContract(name: string, open: () => Promise<SharedCountsUnderTest>): void {
  describe(`${name}: shared counts`, () => {
    let subject: SharedCountsUnderTest;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    const countsOf = async (counts: SharedCounts, key: string, times: number): Promise<readonly number[]> => {
      const uses = await Promise.all(Array.from({ length: times }, () => counts.use(key, MINUTE_MS)));
      return uses.map((use) => use?.count ?? 0);
    };

    test('uses are counted over all processes, each once, even if they come at the same time', async () => {
      const [a, b] = [await subject.join(), await subject.join()];
      const counts = [...(await Promise.all([countsOf(a, 'one', 50), countsOf(b, 'one', 50)]))].flat();
      expect(counts.toSorted((one, other) => one - other)).toEqual(counts.map((_, index) => index + 1));
      expect(await countsOf(a, 'another', 1)).toEqual([1]);
      expect(await countsOf(await subject.joinElsewhere(), 'one', 1)).toEqual([1]);
    });

    test('a window begins with the first use, at whichever process, and ends after its time', async () => {
      const [a, b] = [await subject.join(), await subject.join()];
      await a.use('one', 1_500);
      const second = await b.use('one', 1_500);
      expect(second?.count).toBe(2);
      expect(second?.remainingMs).toBeGreaterThan(0);
      expect(second?.remainingMs).toBeLessThanOrEqual(1_500);
      await vi.waitFor(async () => {
        // Another length does not count, because the window has begun.
        const use = await b.use('one', 1_500);
        expect(use?.count).toBe(1);
        expect(use?.remainingMs).toBeGreaterThan(1_000);
      }, PATIENCE);
    });

    test('keys may be any text', async () => {
      const counts = await subject.join();
      for (const key of ['', '__proto__', 'a'.repeat(10_000), "'; DROP TABLE --", 'ä\n\r $5', '\u0000']) {
        expect(await countsOf(counts, key, 2)).toEqual([1, 2]);
      }
    });

    test('what processes hold is told to the others, until they hold nothing any more', async () => {
      const [a, b, c] = [await subject.join(), await subject.join(), await subject.join()];
      expect(await a.hold('one', 3)).toBe(0);
      expect(await b.hold('one', 0)).toBe(3);
      expect(await b.hold('one', 4)).toBe(3);
      expect(await a.hold('one', 5)).toBe(4);
      expect(await c.hold('one', 0)).toBe(9);
      expect(await c.hold('another', 0)).toBe(0);
      expect(await (await subject.joinElsewhere()).hold('one', 0)).toBe(0);
      await a.hold('one', 0);
      expect(await c.hold('one', 1)).toBe(4);
      expect(await Promise.all([b.hold('one', 7), b.hold('two', 8), b.hold('one', 9)])).toEqual([1, 0, 1]);
      expect(await a.hold('one', 0)).toBe(10);
    });

    test('what is not told again is forgotten, because a process may have died', async () => {
      const [a, b] = [await subject.join(), await subject.join()];
      await a.hold('one', 3);
      await vi.waitFor(async () => expect(await b.hold('one', 1)).toBe(0), PATIENCE);
    });
  });
}
