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

/** Measures from its start to its end. */
export interface MeasuringWindow {
  /** Begins to measure, and forgets what was measured before. */
  start(): void;
  /** Notes that a message is done. If it was refused, `since` is null. Times are in ms. */
  noteDone(since: number | null, now: number): void;
  /** Notes that a message that was due at `due` was sent `ms` later. */
  noteLateness(due: number, ms: number): void;
  /** How many messages are done since the start, without those that were refused. */
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

/**
 * Notes a span if it was long. Only the first ones are kept: a server that falls behind makes every message slow, and
 * the first ones show the cause.
 */
function note(spans: Span[], limitMs: number, start: number, ms: number): void {
  if (ms > limitMs && spans.length < MAX_SPANS) spans.push([performance.timeOrigin + start, ms]);
}
