import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Which core the server has to itself, and which one everything else shares. */
export interface Cores {
  readonly server: number;
  readonly others: number;
}

/**
 * Binds this process, and with it PostgreSQL and the load generator which it starts, to the second core, so that the
 * server has the first one to itself.
 *
 * @returns null where there is only one core, or no `taskset`: nothing is bound to anything then.
 */
export async function bindToCores(): Promise<Cores | null> {
  if (availableParallelism() < 2) return null;
  const cores = { server: 0, others: 1 };
  try {
    await run('taskset', ['-acp', String(cores.others), String(process.pid)]);
    return cores;
  } catch {
    return null;
  }
}
