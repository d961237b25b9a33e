import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';

/** A place where bytes can be written without waiting. */
export interface Descriptor {
  /**
   * @returns how many bytes were taken.
   * @throws EAGAIN if there is no room now, and any other error of the system.
   */
  write(bytes: Buffer): number;
}

const STANDARD_OUTPUT = 1;

/** Opened once for the process, however many chats begin and end in it. */
let opened: number | undefined;

/**
 * Opens the standard output so that a full pipe or a stopped terminal causes an error instead of making the whole
 * process wait.
 */
export function openStandardOutput(): Descriptor {
  opened ??= withoutWaiting();
  const descriptor = opened;
  return { write: (bytes) => writeSync(descriptor, bytes) };
}

/**
 * Returns a descriptor that never blocks. A file never does. A pipe or a terminal is opened a second time, so that
 * other programs that share it keep theirs as it is. If that is impossible, as with a socket, Node's own stream is
 * made, which switches the existing descriptor to non-blocking.
 */
function withoutWaiting(): number {
  try {
    if (fstatSync(STANDARD_OUTPUT).isFile()) return STANDARD_OUTPUT;
    const flags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
    const descriptor = openSync(`/proc/self/fd/${STANDARD_OUTPUT}`, flags);
    if (fstatSync(descriptor).ino === fstatSync(STANDARD_OUTPUT).ino) return descriptor;
    closeSync(descriptor);
  } catch {
    // There is no /proc, or it may not be opened.
  }
  void process.stdout;
  return STANDARD_OUTPUT;
}
