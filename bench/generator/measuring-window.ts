import {
  type GeneratorSettings,
  LATE_MS,
  type Measured,
  SLOW_MS,
  type Span,
  type Traffic,
} from './commands.js';
import { createLatencies } from './latencies.js';
import { startMeter } from './meter.js';

const MAX_SPANS = 100_000;

/** What is measured from its start to its end. */
export interface MeasuringWindow {
  /** What was measured so far counts no more. */
  start(): void;
  /** A message is done; it was refused where `since` is null. In ms. */
  noteDone(since: number | null, now: number): void;
  /** A message that was due then was sent so many ms later. */
  noteLateness(due: number, ms: number): void;
  /** Messages that are done since the start, without those that were refused. */
  messages(): number;
  end(): Measured & Pick<Traffic, 'messages' | 'latency' | 'lateness' | 'slow' | 'late'>;
}

export function createMeasuringWindow(settings: GeneratorSettings): MeasuringWindow {
  const latencies = createLatencies();
  const lateness = createLatencies();
  let slow: Span[] = [];
  let late: Span[] = [];
  let messages = 0;
  let meter = startMeter(settings);
  return {
    start: () => {
      messages = 0;
      latencies.clear();
      lateness.clear();
      slow = [];
      late = [];
      meter = startMeter(settings);
    },
    noteDone: (since, now) => {
      if (since === null) return;
      messages += 1;
      latencies.add(now - since);
      note(slow, SLOW_MS, since, now - since);
    },
    noteLateness: (due, ms) => {
      lateness.add(ms);
      note(late, LATE_MS, due, ms);
    },
    messages: () => messages,
    end: () => ({
      ...meter(),
      messages,
      latency: latencies.summary(),
      lateness: lateness.summary(),
      slow,
      late,
    }),
  };
}

/** A server that falls behind makes every message slow: what they have in common shows in the first ones. */
function note(spans: Span[], limitMs: number, start: number, ms: number): void {
  if (ms > limitMs && spans.length < MAX_SPANS) spans.push([performance.timeOrigin + start, ms]);
}
