import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Tells another worker which address a request came from, because the connection between the workers does not. Only a
 * private door believes this header, and its value replaces any that a client has sent.
 */
export const FROM_HEADER = 'x-consultation-chat-from';

/** The Unix socket on which a worker takes requests of its own sessions from other workers. */
export function doorOf(directory: string, worker: number): string {
  return join(directory, `${worker}.sock`);
}

export interface Doors {
  readonly directory: string;
  remove(): Promise<void>;
}

/**
 * Makes a directory for the doors that only this account can enter. Its path is short, because that of a Unix socket
 * has at most about 100 bytes.
 */
export async function makeDoors(): Promise<Doors> {
  // `mkdtemp` gives it the mode 0700.
  const directory = await mkdtemp(join(tmpdir(), 'chat-'));
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}
