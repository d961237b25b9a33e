import { writeSync } from 'node:fs';

/** How often a full pipe is tried again, a millisecond apart, before the line is dropped. */
const MAX_TRIES = 200;
const PAUSE_MS = 1;

export interface LineWriter {
  /** One line at a time, its newline included. Never throws: a log that nobody reads must not stop the server. */
  write(line: string): void;
}

/**
 * Lines on the standard output, written before `write` returns, so that the last words of a process are not lost. When
 * its reader has gone nothing is written any more; when its reader is slow, lines are dropped rather than waited for
 * without end. (pino's own destination tries for ever in both cases when it flushes at the end of the process.)
 *
 * @param writeBytes for tests; returns how many bytes were taken, as `fs.writeSync` does.
 */
export function createStandardOutput(
  writeBytes: (bytes: Buffer) => number = (bytes) => writeSync(1, bytes),
): LineWriter {
  const pause = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  let isGone = false;

  /** @returns how many bytes were taken; 0 when there is no room now. */
  function take(bytes: Buffer): number {
    try {
      return writeBytes(bytes);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) isGone = true;
      return 0;
    }
  }

  return {
    write: (line) => {
      let left = Buffer.from(line);
      for (let tries = 0; left.length > 0 && !isGone && tries < MAX_TRIES; ) {
        const taken = take(left);
        left = left.subarray(taken);
        if (taken > 0 || isGone) continue;
        tries += 1;
        Atomics.wait(pause, 0, 0, PAUSE_MS);
      }
    },
  };
}
