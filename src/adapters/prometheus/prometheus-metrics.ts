import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import {
  COUNTERS,
  type CounterName,
  GAUGES,
  type GaugeName,
  type Metrics,
} from '../../application/ports/metrics.js';

const PREFIX = 'consultation_chat_';

export interface PrometheusMetrics extends Metrics {
  readonly contentType: string;
  /** Everything as it stands, in the text format of Prometheus; the process's own memory and CPU, too. */
  render(): Promise<string>;
}

/** A registry of its own, so that several servers in one process do not mix. Counters are there from the start. */
export function createPrometheusMetrics(): PrometheusMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: PREFIX });
  const registers = [registry];
  // Counted plainly, because it is done with each message, and told when somebody looks.
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
  };
}
