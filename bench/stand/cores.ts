import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The core that the server has for itself, and the one that everything else shares. */
export interface Cores {
  readonly server: number;
  readonly others: number;
}

/**
 * Binds this process to the second core, and with it PostgreSQL and the load generator, which it starts. The server
 * then has the first core for itself.
 *
 * @returns null if there is only one core, or no `taskset`. Nothing is bound then.
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
