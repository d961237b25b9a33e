import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Says to another worker from where a request has come, which its own connection does not tell. Believed on a private door
 * only, and whatever a client writes there is replaced.
 */
export const FROM_HEADER = 'x-consultation-chat-from';

/** The Unix socket on which a worker takes what belongs to it. */
export function doorOf(directory: string, worker: number): string {
  return join(directory, `${worker}.sock`);
}

export interface Doors {
  readonly directory: string;
  remove(): Promise<void>;
}

/** A directory for them that only this account can enter: the path of a Unix socket has about 100 bytes at most. */
export async function makeDoors(): Promise<Doors> {
  // Its mode is 0700.
  const directory = await mkdtemp(join(tmpdir(), 'chat-'));
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}
