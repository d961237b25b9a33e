import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import {
  COUNTERS,
  type CounterName,
  GAUGES,
  type GaugeName,
  INFOS,
  type Metrics,
} from '../../application/ports/metrics.js';

const PREFIX = 'consultation_chat_';

export interface PrometheusMetrics extends Metrics {
  readonly contentType: string;
  /** All metrics in the text format of Prometheus, with those of the process's memory and CPU. */
  render(): Promise<string>;
  /** The same metrics as plain values, for {@link renderTogether}. */
  values(): Promise<readonly object[]>;
}

/** The metrics of several processes as one text. Their labels tell them apart. */
export function renderTogether(processes: readonly (readonly object[])[]): Promise<string> {
  // Where labels differ, nothing is added up. But a metric without a rule for adding up would be left out.
  const alike = processes.map((values) => values.map((value) => ({ ...value, aggregator: 'sum' })));
  return AggregatorRegistry.aggregate(alike).metrics();
}

/**
 * Makes a registry of its own, so that several servers in one process do not mix. Counters exist from the start.
 *
 * @param timeZoneData the release of IANA's data, such as `2025c`.
 * @param labels the labels of every metric.
 */
export function createPrometheusMetrics(
  timeZoneData: string,
  labels: Readonly<Record<string, string>> = {},
): PrometheusMetrics {
  const registry = new Registry();
  registry.setDefaultLabels(labels);
  collectDefaultMetrics({ register: registry, prefix: PREFIX });
  const registers = [registry];
  const timeZones = { name: 'time_zone_data_info', version: timeZoneData } as const;
  new Gauge({
    name: PREFIX + timeZones.name,
    help: INFOS[timeZones.name],
    registers,
    labelNames: ['version'],
  })
    .labels({ version: timeZones.version })
    .set(1);
  // The counts are plain numbers, because they change with each message. They are exported when somebody asks.
  const counts = new Map<CounterName, number>();
  for (const [name, help] of Object.entries(COUNTERS) as [CounterName, string][]) {
    counts.set(name, 0);
    new Counter({
      name: PREFIX + name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(counts.get(name) ?? 0);
      },
    });
  }
  return {
    contentType: registry.contentType,
    count: (name) => {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    },
    gauge: (name: GaugeName, read) => {
      new Gauge({
        name: PREFIX + name,
        help: GAUGES[name],
        registers,
        collect() {
          this.set(read());
        },
      });
    },
    render: () => registry.metrics(),
    values: () => registry.getMetricsAsJSON(),
  };
}
