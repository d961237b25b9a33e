import { createRecordingMetrics } from '../../../src/adapters/memory/metrics.js';
import { describeMetricsContract } from '../../contracts/metrics.js';

describeMetricsContract('recording', () => {
  const metrics = createRecordingMetrics();
  return {
    metrics,
    counted: async (name) => metrics.counted(name),
    read: async (name) => metrics.read(name),
  };
});
