import { type Descriptor, openStandardOutput } from './descriptor.js';
import { createLineQueue, type LineQueue } from './line-queue.js';

/** Errors of a write after which nobody will ever read again. A disk that is full, over a quota or broken may recover. */
const GONE = new Set(['EPIPE', 'EBADF']);
/** How often a write is tried again while the reader does not read, in ms. */
const RETRY_MS = 20;
/** How long the end of the process may wait for such a reader, in ms, and how often it tries. */
const LAST_WORDS_LIMIT_MS = 300;
const LAST_WORDS_PAUSE_MS = 5;

export interface LineWriter {
  /** Writes one line, its newline included. Never throws, because a log that nobody reads must not stop the server. */
  write(line: string): void;
}

export interface LineOutput extends LineWriter {
  /** How many lines were dropped since the start. */
  readonly dropped: number;
  /** How many bytes wait for the reader. */
  readonly waitingBytes: number;
}

export interface StandardOutputOptions {
  /** Makes the line that stands where lines are missing, its newline included. */
  readonly lineOfGap: (lines: number) => string;
  /** The standard output when left out. */
  readonly descriptor?: Descriptor;
  readonly maxWaitingBytes?: number;
}

/**
 * Writes lines to the standard output. As long as there is room, a line is written before `write` returns, so that a
 * process's last lines are not lost. Otherwise lines wait in memory up to a limit, and beyond it they are dropped and
 * counted. So nobody ever waits for a reader, or for a file on a full disk. When the reader has gone, nothing is
 * written any more.
 */
export function createStandardOutput(options: StandardOutputOptions): LineOutput {
  const { lineOfGap, descriptor = openStandardOutput(), maxWaitingBytes } = options;
  const queue = createLineQueue(lineOfGap, maxWaitingBytes);
  let isGone = false;
  let timer: NodeJS.Timeout | undefined;

  /** @returns how many bytes were taken; 0 if there is no room now. */
  function take(bytes: Buffer): number {
    try {
      return descriptor.write(bytes);
    } catch (error) {
      isGone = error instanceof Error && 'code' in error && GONE.has(String(error.code));
      return 0;
    }
  }

  const writeWaiting = (): void => {
    drain(queue, take);
    if (isGone) queue.clear();
    if (queue.bytes > 0) {
      // Unlike an interval, a timeout does not pile up turns in a busy process.
      timer = setTimeout(writeWaiting, RETRY_MS).unref();
      return;
    }
    timer = undefined;
    process.off('exit', lastWords);
  };

  const lastWords = (): void => {
    const pause = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    for (let waited = 0; waited < LAST_WORDS_LIMIT_MS; waited += LAST_WORDS_PAUSE_MS) {
      drain(queue, take);
      if (queue.bytes === 0 || isGone) return;
      Atomics.wait(pause, 0, 0, LAST_WORDS_PAUSE_MS);
    }
  };

  return {
    get dropped() {
      return queue.dropped;
    },
    get waitingBytes() {
      return queue.bytes;
    },
    write: (line) => {
      if (isGone) return;
      const bytes = Buffer.from(line);
      const taken = timer === undefined ? take(bytes) : 0;
      if (taken === bytes.length || isGone) return;
      queue.add(bytes.subarray(taken));
      if (timer !== undefined) return;
      process.once('exit', lastWords);
      timer = setTimeout(writeWaiting, RETRY_MS).unref();
    },
  };
}

/** Writes waiting bytes as long as there is room. */
function drain(queue: LineQueue, take: (bytes: Buffer) => number): void {
  for (let bytes = queue.first(); bytes !== undefined; bytes = queue.first()) {
    const taken = take(bytes);
    if (taken === 0) return;
    queue.written(taken);
  }
}
