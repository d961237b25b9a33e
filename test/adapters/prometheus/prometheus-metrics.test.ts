import { expect, it } from 'vitest';
import {
  createPrometheusMetrics,
  renderTogether,
} from '../../../src/adapters/prometheus/prometheus-metrics.js';
import { COUNTERS } from '../../../src/application/ports/metrics.js';
import { describeMetricsContract } from '../../contracts/metrics.js';

it('counts from 0 on, and reads gauges when asked', async () => {
  const metrics = createPrometheusMetrics('2025c');
  let waiting = 3;
  metrics.gauge('appends_waiting', () => waiting);
  metrics.count('messages_stored_total');
  metrics.count('messages_stored_total');
  waiting = 4;
  const text = await metrics.render();
  expect(text).toContain('consultation_chat_messages_stored_total 2');
  expect(text).toContain('consultation_chat_appends_waiting 4');
  for (const name of Object.keys(COUNTERS)) expect(text).toContain(`consultation_chat_${name} `);
});

it('keeps two servers in one process apart', async () => {
  const [one, other] = [createPrometheusMetrics('2025c'), createPrometheusMetrics('2025c')];
  one.count('messages_stored_total');
  expect(await other.render()).toContain('consultation_chat_messages_stored_total 0');
});

it('tells the release of the time zone data', async () => {
  const text = await createPrometheusMetrics('2025c').render();
  expect(text).toContain('consultation_chat_time_zone_data_info{version="2025c"} 1');
});

it('shows several processes as one text, each with its own label, and nothing added up', async () => {
  const [one, two] = [
    createPrometheusMetrics('2025c', { worker: '1' }),
    createPrometheusMetrics('2025c', { worker: '2' }),
  ];
  one.count('messages_stored_total');
  two.count('messages_stored_total');
  two.count('messages_stored_total');
  one.gauge('appends_waiting', () => 3);
  const text = await renderTogether([await one.values(), await two.values()]);
  expect(text).toContain('consultation_chat_messages_stored_total{worker="1"} 1');
  expect(text).toContain('consultation_chat_messages_stored_total{worker="2"} 2');
  expect(text).toContain('consultation_chat_appends_waiting{worker="1"} 3');
  expect(text).toContain('consultation_chat_time_zone_data_info{version="2025c",worker="2"} 1');
  expect(text.match(/^# TYPE consultation_chat_messages_stored_total /gm)).toHaveLength(1);
});

describeMetricsContract('Prometheus', () => {
  const metrics = createPrometheusMetrics('2025c');
  const exported = async (name: string): Promise<number | undefined> => {
    const value = new RegExp(`^consultation_chat_${name} (\\S+)$`, 'm').exec(await metrics.render())?.[1];
    return value === undefined ? undefined : Number(value);
  };
  return { metrics, counted: async (name) => (await exported(name)) ?? Number.NaN, read: exported };
});
