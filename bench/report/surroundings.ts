import { execFile } from 'node:child_process';
import { arch, cpus, release, totalmem, type } from 'node:os';
import { promisify } from 'node:util';
import type { Cores } from '../stand/cores.js';
import type { BenchDatabase } from '../stand/database.js';

const run = promisify(execFile);
const GIB = 2 ** 30;

/** Where and how something was measured. A figure means nothing without it. */
export interface Surroundings {
  /** ISO 8601 in UTC. */
  readonly takenAt: string;
  readonly command: string;
  /** null if there is no git. */
  readonly commit: string | null;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGiB: number;
    readonly system: string;
    readonly node: string;
    /**
     * The load average of the last minute before the start. If it is above the number of cores, other processes were
     * measured, too.
     */
    readonly load: number;
  };
  readonly cores: Cores | null;
  readonly postgres: { readonly version: string; readonly settings: Readonly<Record<string, string>> } | null;
}

export interface Setting {
  readonly command: string;
  readonly root: string;
  readonly cores: Cores | null;
  readonly load: number;
}

export async function surroundings(
  { command, root, cores, load }: Setting,
  database: Pick<BenchDatabase, 'version' | 'settings'> | null,
): Promise<Surroundings> {
  return {
    takenAt: new Date().toISOString(),
    command,
    commit: await commitOf(root),
    machine: {
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      cores: cpus().length,
      memoryGiB: Math.round((totalmem() / GIB) * 10) / 10,
      system: `${type()} ${release()} ${arch()}`,
      node: process.version,
      load,
    },
    cores,
    postgres: database === null ? null : { version: database.version, settings: database.settings },
  };
}

/** The commit, with `+` after it if the files differ from it. */
async function commitOf(root: string): Promise<string | null> {
  try {
    const { stdout: commit } = await run('git', ['rev-parse', '--short=12', 'HEAD'], { cwd: root });
    const { stdout: changes } = await run('git', ['status', '--porcelain', '--', 'src', 'prisma', 'bench'], {
      cwd: root,
    });
    return `${commit.trim()}${changes.trim() === '' ? '' : '+'}`;
  } catch {
    return null;
  }
}
