/** Bytes of lines that may wait for a reader. */
export const MAX_WAITING_BYTES = 1024 * 1024;

/** Lines that wait to be written, in their order, up to a number of bytes. */
export interface LineQueue {
  readonly bytes: number;
  /** Lines that were dropped since the beginning. */
  readonly dropped: number;
  /** Takes a line, or drops it. What does not fit begins a gap, which lasts until half of the room is free again. */
  add(line: Buffer): void;
  /** The bytes that are next; undefined for none. */
  first(): Buffer | undefined;
  /** Called when so many of the first bytes have been written. */
  written(bytes: number): void;
  /** Forgets everything. */
  clear(): void;
}

/**
 * Newer lines are dropped rather than older ones, because the older ones explain how it began.
 *
 * @param lineOfGap the line that stands where lines are missing.
 */
export function createLineQueue(
  lineOfGap: (lines: number) => string,
  maxBytes: number = MAX_WAITING_BYTES,
): LineQueue {
  let waiting: Buffer[] = [];
  let bytes = 0;
  let dropped = 0;
  /** Lines that are missing since the last one that was taken. */
  let missing = 0;

  function push(line: Buffer): void {
    waiting.push(line);
    bytes += line.length;
  }

  return {
    get bytes() {
      return bytes;
    },
    get dropped() {
      return dropped;
    },
    add: (line) => {
      const room = missing > 0 ? maxBytes / 2 : maxBytes;
      // The line that marks a gap is short, so it may go beyond the limit.
      if (bytes + line.length > room && bytes > 0) {
        dropped += 1;
        missing += 1;
        return;
      }
      if (missing > 0) push(Buffer.from(lineOfGap(missing)));
      missing = 0;
      push(line);
    },
    first: () => {
      if (bytes === 0 && missing > 0) {
        push(Buffer.from(lineOfGap(missing)));
        missing = 0;
      }
      // One system call for all lines, so that a reader that comes back is not waited for line by line.
      if (waiting.length > 1) waiting = [Buffer.concat(waiting)];
      return waiting[0];
    },
    written: (count) => {
      const [first] = waiting;
      if (first === undefined) return;
      bytes -= count;
      waiting = [first.subarray(count), ...waiting.slice(1)].filter((line) => line.length > 0);
    },
    clear: () => {
      waiting = [];
      bytes = 0;
      missing = 0;
    },
  };
}
