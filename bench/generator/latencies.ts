export interface LatencySummary {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** Collects latencies in milliseconds without making garbage. */
export interface Latencies {
  add(ms: number): void;
  /** Forgets all latencies. */
  clear(): void;
  /** All fields are NaN if there are no latencies. */
  summary(): LatencySummary;
}

export function createLatencies(): Latencies {
  let values = new Float64Array(1 << 16);
  let count = 0;
  return {
    add: (ms) => {
      if (count === values.length) {
        const larger = new Float64Array(count * 2);
        larger.set(values);
        values = larger;
      }
      values[count] = ms;
      count += 1;
    },
    clear: () => {
      count = 0;
    },
    summary: () => {
      const sorted = values.slice(0, count).sort();
      const at = (share: number): number =>
        sorted[Math.min(count - 1, Math.ceil(share * count) - 1)] ?? Number.NaN;
      return { count, p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1) };
    },
  };
}
