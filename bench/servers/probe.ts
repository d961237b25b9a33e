import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { constants, monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics } from 'node:v8';

/**
 * Loaded into a server before its own code (`node --import`). It tells its parent what only the process itself knows,
 * and does nothing unless asked.
 */

export type ToProbe =
  | { readonly id: number; readonly ask: 'memory' }
  | { readonly id: number; readonly ask: 'start delay' | 'stop delay' }
  | { readonly id: number; readonly ask: 'start pauses' | 'stop pauses' }
  | { readonly id: number; readonly ask: 'start profile' }
  | { readonly id: number; readonly ask: 'stop profile'; readonly file: string };

/** Memory in bytes, after a full garbage collection. */
export interface MemoryInUse {
  /** The heap and the memory outside of it. */
  readonly used: number;
  readonly rss: number;
  /**
   * V8's space for young objects. It grows with the work, up to a limit that a flag sets, and belongs to no
   * connection.
   */
  readonly young: number;
}

/** A time in which the process did nothing else: when it began, in ms since 1970, and how long it took, in ms. */
export interface Pause {
  readonly kind: 'scavenge' | 'mark-compact' | 'incremental marking' | 'other collection' | 'event loop';
  readonly at: number;
  readonly ms: number;
}

const GC_KINDS: Readonly<Record<number, Pause['kind']>> = {
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'scavenge',
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'mark-compact',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental marking',
};
/** A turn of the event loop that takes longer, in ms, is reported. */
const LONG_TURN_MS = 5;
const TURN_POLL_MS = 1;

/**
 * Watches from now on.
 *
 * @returns a function that ends the watch and gives the pauses.
 */
function watchPauses(): () => readonly Pause[] {
  const pauses: Pause[] = [];
  const note = (kind: Pause['kind'], start: number, ms: number): void => {
    pauses.push({ kind, at: performance.timeOrigin + start, ms });
  };
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { kind } = (entry as unknown as { detail: { kind: number } }).detail;
      note(GC_KINDS[kind] ?? 'other collection', entry.startTime, entry.duration);
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  let before = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    const late = now - before - TURN_POLL_MS;
    if (late > LONG_TURN_MS) note('event loop', before, late);
    before = now;
  }, TURN_POLL_MS);
  return () => {
    clearInterval(timer);
    observer.disconnect();
    return pauses;
  };
}

let endPauses: () => readonly Pause[] = () => [];

const PROFILE_INTERVAL_US = 500;
const DELAY_RESOLUTION_MS = 1;
const NS_PER_MS = 1e6;
const delays = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
let session: Session | null = null;

function memory(): MemoryInUse {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
  return { used: heapUsed + external, rss, young: young?.physical_space_size ?? 0 };
}

/**
 * Calls the JSON functions through named ones, so that a profile shows them. The built-in ones count as part of their
 * callers.
 */
function nameJsonFunctions(): void {
  const { parse, stringify } = JSON;
  JSON.parse = function jsonParse(...parameters: Parameters<typeof parse>) {
    return parse(...parameters);
  };
  JSON.stringify = function jsonStringify(...parameters: Parameters<typeof stringify>) {
    return stringify(...parameters);
  } as typeof stringify;
}

function startProfile(done: () => void): void {
  nameJsonFunctions();
  const started = new Session();
  session = started;
  started.connect();
  started.post('Profiler.enable');
  started.post('Profiler.setSamplingInterval', { interval: PROFILE_INTERVAL_US });
  started.post('Profiler.start', () => done());
}

function stopProfile(file: string, done: () => void): void {
  session?.post('Profiler.stop', (error, result) => {
    if (error !== null) throw error;
    writeFileSync(file, JSON.stringify(result.profile));
    session?.disconnect();
    done();
  });
}

process.on('message', (message: ToProbe) => {
  const { id } = message;
  const answer = (result: unknown): void => void process.send?.({ id, result });
  switch (message.ask) {
    case 'memory':
      answer(memory());
      return;
    case 'start delay':
      delays.reset();
      delays.enable();
      answer(null);
      return;
    case 'stop delay':
      // The longest time that anybody had to wait for a turn, in ms.
      delays.disable();
      answer(delays.max / NS_PER_MS);
      return;
    case 'start pauses':
      endPauses = watchPauses();
      answer(null);
      return;
    case 'stop pauses':
      answer(endPauses());
      return;
    case 'start profile':
      startProfile(() => answer(null));
      return;
    case 'stop profile':
      stopProfile(message.file, () => answer(null));
      return;
  }
});
// When the benchmark is gone, for whatever reason, nobody needs this server any more.
process.on('disconnect', () => process.exit());
// The channel alone must not keep the server from ending.
process.channel?.unref();
