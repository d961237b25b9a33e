import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createRecordingLogger, createSilentLogger } from '../../../src/adapters/memory/loggers.js';
import { createRecordingMetrics } from '../../../src/adapters/memory/metrics.js';
import {
  ANSWER_LIMIT_MS,
  createCautiousCounts,
  MAX_UNANSWERED,
  PAUSE_MS,
} from '../../../src/adapters/rate-limiter-flexible/cautious-counts.js';
import { createRateLimiterFlexible } from '../../../src/adapters/rate-limiter-flexible/rate-limiter.js';
import { createSharedRateLimiter } from '../../../src/adapters/rate-limiter-flexible/shared-rate-limiter.js';
import { DEFAULT_RATES, type Rates } from '../../../src/application/ports/rate-limiter.js';
import type { SharedCounts, SharedUse } from '../../../src/application/ports/shared-counts.js';
import { MINUTE_MS } from '../../../src/domain/instant.js';
import { describeRateLimiterContract } from '../../contracts/rate-limiter.js';

const FEW: Rates = { ...DEFAULT_RATES, handshake: { perMinute: 60, burst: 3 } };
const MANY = 1_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** An engine that several processes share, here. */
function createEngine() {
  const windows = new Map<string, { count: number; endsAt: number }>();
  let asked = 0;
  const engine: SharedCounts = {
    use: async (key, windowMs) => {
      asked += 1;
      const now = performance.now();
      const open = windows.get(key);
      const window = open === undefined || open.endsAt <= now ? { count: 0, endsAt: now + windowMs } : open;
      window.count += 1;
      windows.set(key, window);
      return { count: window.count, remainingMs: window.endsAt - now };
    },
    hold: async () => 0,
  };
  return { engine, asked: () => asked };
}

const QUIET = { metrics: createRecordingMetrics(), logger: createSilentLogger(), refusalOf: () => null };

function join(engine: SharedCounts, rates: Rates = FEW, isAlone = () => false) {
  const shared = createCautiousCounts({ ...QUIET, engine, isAlone });
  return createSharedRateLimiter({ rates, own: createRateLimiterFlexible(rates), shared });
}

async function takeMany(limiter: ReturnType<typeof join>, count: number, key = 'a'): Promise<number> {
  const takes = await Promise.all(Array.from({ length: count }, () => limiter.take('handshake', key)));
  return takes.filter(({ outcome }) => outcome === 'taken').length;
}

describeRateLimiterContract('shared', async (rates) => ({
  limiter: join(createEngine().engine, rates),
  advance: async (ms) => {
    await vi.advanceTimersByTimeAsync(ms);
  },
  close: () => {},
}));

describe('handshakes', () => {
  test('of one address are limited over all processes together, those of others are not', async () => {
    const { engine } = createEngine();
    const [a, b] = [join(engine), join(engine)];
    expect(await takeMany(a, 2)).toBe(2);
    expect(await takeMany(b, 5)).toBe(1);
    expect(await a.take('handshake', 'a')).toEqual({ outcome: 'limited', retryAfterMs: 3_000 });
    expect(await takeMany(b, 3, 'another')).toBe(3);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await takeMany(a, 5)).toBe(3);
  });

  test('that are refused are so without asking, until the pause is over', async () => {
    const { engine, asked } = createEngine();
    const limiter = join(engine);
    for (let count = 0; count < MANY; count += 1) await limiter.take('handshake', 'a');
    expect(asked()).toBe(4);
  });

  test('right at the end of a window pause as long as is asked for at least', async () => {
    const { engine } = createEngine();
    const limiter = join(engine);
    await takeMany(limiter, 3);
    await vi.advanceTimersByTimeAsync(2_999);
    expect(await limiter.take('handshake', 'a')).toEqual({ outcome: 'limited', retryAfterMs: 1_000 });
    await vi.advanceTimersByTimeAsync(999);
    expect(await limiter.take('handshake', 'a')).toEqual({ outcome: 'limited', retryAfterMs: 1 });
    await vi.advanceTimersByTimeAsync(1);
    expect(await takeMany(limiter, 4)).toBe(3);
  });
});

describe('where the engine does not count', () => {
  test('the process counts, what it had counted before included', async () => {
    let isBroken = false;
    const { engine } = createEngine();
    const limiter = join({
      ...engine,
      use: (...use) => (isBroken ? Promise.reject(new Error('away')) : engine.use(...use)),
    });
    expect(await takeMany(limiter, 2)).toBe(2);
    isBroken = true;
    expect(await takeMany(limiter, 5)).toBe(1);
  });

  test('nobody waits for it longer than the limit, and the next ones not at all for a while', async () => {
    let asked = 0;
    const engine: SharedCounts = {
      use: () => {
        asked += 1;
        return new Promise<SharedUse>(() => {});
      },
      hold: () => new Promise<number>(() => {}),
    };
    const limiter = join(engine);
    const first = limiter.take('handshake', 'a');
    await vi.advanceTimersByTimeAsync(ANSWER_LIMIT_MS);
    expect(await first).toEqual({ outcome: 'taken' });
    for (let count = 0; count < MANY; count += 1) await limiter.take('handshake', `${count}`);
    expect(asked).toBe(1);
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    void limiter.take('handshake', 'b');
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toBe(2);
  });

  test('why it says no is logged, once a minute; that it cannot be asked is not', async () => {
    const logger = createRecordingLogger();
    const failing = async (): Promise<never> => {
      throw new Error(reason);
    };
    const counts = createCautiousCounts({
      ...QUIET,
      logger,
      isAlone: () => false,
      engine: { use: failing, hold: failing },
      refusalOf: (error) => (error instanceof Error && error.message === 'OOM' ? 'OOM' : null),
    });
    const told = () => logger.entries.map(({ level, event, fields }) => [level, event, fields['code']]);
    let reason = 'there is no link';
    await counts.use('a', 1_000);
    expect(told()).toEqual([]);
    reason = 'OOM';
    for (let passedMs = 0; passedMs < MINUTE_MS; passedMs += PAUSE_MS) {
      await vi.advanceTimersByTimeAsync(PAUSE_MS);
      expect(await counts.use('a', 1_000)).toBeNull();
    }
    expect(told()).toEqual([['warn', 'shared_counts.refused', 'OOM']]);
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    await counts.use('a', 1_000);
    expect(told()).toHaveLength(2);
  });

  test('no more questions wait than fit', async () => {
    let asked = 0;
    const counts = createCautiousCounts({
      ...QUIET,
      isAlone: () => false,
      engine: {
        use: () => {
          asked += 1;
          return new Promise<SharedUse>(() => {});
        },
        hold: () => new Promise<number>(() => {}),
      },
    });
    for (let count = 0; count < MAX_UNANSWERED + 10; count += 1) void counts.use(`${count}`, 1_000);
    expect(asked).toBe(MAX_UNANSWERED);
  });
});

test('a process that is alone asks nobody, and messages never are a reason to', async () => {
  const { engine, asked } = createEngine();
  const alone = join(engine, FEW, () => true);
  expect(await takeMany(alone, 5)).toBe(3);
  const together = join(engine);
  for (const kind of ['send_message', 'typing', 'get_messages', 'mark_read', 'join_consultation'] as const) {
    await together.take(kind, 'a');
  }
  expect(asked()).toBe(0);
});
