/** How many bytes of lines may wait for a reader. */
export const MAX_WAITING_BYTES = 1024 * 1024;

/** Lines that wait to be written, in their order, up to a number of bytes. */
export interface LineQueue {
  readonly bytes: number;
  /** How many lines were dropped since the beginning. */
  readonly dropped: number;
  /**
   * Takes a line, or drops it if there is no room. A dropped line begins a gap, which lasts until half of the room is
   * free again.
   */
  add(line: Buffer): void;
  /** The bytes to be written next; undefined if there are none. */
  first(): Buffer | undefined;
  /** Called when so many of the first bytes have been written. */
  written(bytes: number): void;
  /** Forgets everything. */
  clear(): void;
}

/**
 * Drops newer lines rather than older ones, because the older ones explain how a problem began.
 *
 * @param lineOfGap makes the line that stands where lines are missing.
 */
export function createLineQueue(
  lineOfGap: (lines: number) => string,
  maxBytes: number = MAX_WAITING_BYTES,
): LineQueue {
  let waiting: Buffer[] = [];
  let bytes = 0;
  let dropped = 0;
  /** How many lines are missing since the last one that was taken. */
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
      // All lines are written by one system call, so that a reader that comes back is not waited for line by line.
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
