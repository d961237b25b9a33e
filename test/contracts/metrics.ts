import { describe, expect, test } from 'vitest';
import {
  COUNTERS,
  type CounterName,
  GAUGES,
  type GaugeName,
  type Metrics,
} from '../../src/application/ports/metrics.js';

export interface MetricsUnderTest {
  readonly metrics: Metrics;
  /** The value that somebody who asks for the metrics reads. */
  counted(name: CounterName): Promise<number>;
  /** undefined for a gauge that nobody has set up. */
  read(name: GaugeName): Promise<number | undefined>;
}

const counters = Object.keys(COUNTERS) as CounterName[];
const gauges = Object.keys(GAUGES) as GaugeName[];

/** What `src/application/ports/metrics.ts` says, for every adapter of it. */
export function describeMetricsContract(name: string, open: () => MetricsUnderTest): void {
  describe(`${name}: metrics`, () => {
    test('count from 0, each name separately', async () => {
      const { metrics, counted } = open();
      const [first, ...others] = counters;
      if (first === undefined) return expect.unreachable();
      metrics.count(first);
      metrics.count(first);
      expect(await counted(first)).toBe(2);
      for (const other of others) expect(await counted(other)).toBe(0);
      for (const other of others) metrics.count(other);
      for (const other of others) expect(await counted(other)).toBe(1);
      expect(await counted(first)).toBe(2);
    });

    test('read a gauge only when somebody asks', async () => {
      const { metrics, read } = open();
      let value = 3;
      let reads = 0;
      metrics.gauge('appends_waiting', () => {
        reads += 1;
        return value;
      });
      expect(reads).toBe(0);
      expect(await read('appends_waiting')).toBe(3);
      value = 4;
      expect(await read('appends_waiting')).toBe(4);
    });

    test('have every gauge once it is set up, each with its own value', async () => {
      const { metrics, read } = open();
      for (const gauge of gauges) expect(await read(gauge)).toBeUndefined();
      for (const [index, gauge] of gauges.entries()) metrics.gauge(gauge, () => index);
      for (const [index, gauge] of gauges.entries()) expect(await read(gauge)).toBe(index);
    });

    test('are those of one server, however many there are in the process', async () => {
      const [one, other] = [open(), open()];
      one.metrics.count('messages_stored_total');
      one.metrics.gauge('rooms', () => 1);
      expect(await other.counted('messages_stored_total')).toBe(0);
      expect(await other.read('rooms')).toBeUndefined();
    });
  });
}
