import { expect, it } from 'vitest';
import { createPrometheusMetrics } from '../../../src/adapters/prometheus/prometheus-metrics.js';
import { COUNTERS } from '../../../src/application/ports/metrics.js';

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
