import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';

/** Where bytes can be written without waiting for anybody. */
export interface Descriptor {
  /** @returns how many bytes were taken. @throws EAGAIN where there is no room now, and whatever else goes wrong. */
  write(bytes: Buffer): number;
}

const STANDARD_OUTPUT = 1;

/** The process has one, however many chats begin and end in it. */
let opened: number | undefined;

/**
 * The standard output, opened so that a full pipe or a stopped terminal says so instead of making the whole process
 * wait.
 */
export function openStandardOutput(): Descriptor {
  opened ??= withoutWaiting();
  const descriptor = opened;
  return { write: (bytes) => writeSync(descriptor, bytes) };
}

/**
 * A file never waits for a reader. A pipe or a terminal is opened anew, so that other programs that share it keep
 * theirs as it is. If that is impossible, as with a socket, Node's own stream changes the existing descriptor merely by
 * being made.
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
