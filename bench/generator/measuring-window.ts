import type { GeneratorSettings, Measured, Traffic } from './commands.js';
import { createLatencies } from './latencies.js';
import { startMeter } from './meter.js';

/** What is measured from its start to its end. */
export interface MeasuringWindow {
  /** What was measured so far counts no more. */
  start(): void;
  /** A message is done; it was refused where `since` is null. In ms. */
  noteDone(since: number | null, now: number): void;
  /** A message was sent so many ms later than it was due. */
  noteLateness(ms: number): void;
  /** Messages that are done since the start, without those that were refused. */
  messages(): number;
  end(): Measured & Pick<Traffic, 'messages' | 'latency' | 'lateness'>;
}

export function createMeasuringWindow(settings: GeneratorSettings): MeasuringWindow {
  const latencies = createLatencies();
  const lateness = createLatencies();
  let messages = 0;
  let meter = startMeter(settings);
  return {
    start: () => {
      messages = 0;
      latencies.clear();
      lateness.clear();
      meter = startMeter(settings);
    },
    noteDone: (since, now) => {
      if (since === null) return;
      messages += 1;
      latencies.add(now - since);
    },
    noteLateness: lateness.add,
    messages: () => messages,
    end: () => ({
      ...meter(),
      messages,
      latency: latencies.summary(),
      lateness: lateness.summary(),
    }),
  };
}
