import type { CounterName, GaugeName, Metrics } from '../../application/ports/metrics.js';

/** Metrics that a test reads. */
export interface RecordingMetrics extends Metrics {
  counted(name: CounterName): number;
  read(name: GaugeName): number | undefined;
}

export function createRecordingMetrics(): RecordingMetrics {
  const counts = new Map<CounterName, number>();
  const gauges = new Map<GaugeName, () => number>();
  return {
    count: (name) => {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    },
    gauge: (name, read) => {
      gauges.set(name, read);
    },
    counted: (name) => counts.get(name) ?? 0,
    read: (name) => gauges.get(name)?.(),
  };
}
