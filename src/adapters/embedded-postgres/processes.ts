import { execFile } from 'node:child_process';
import { readFile, readlink, realpath } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whether there is a process with this id, of whatever user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * A word that tells a process from a later one with the same id: when it was started, and in which boot of the
 * machine. `undefined` if there is no such process; `'unknown'` if the system does not tell.
 */
export async function birthMark(pid: number): Promise<string | undefined> {
  if (!isAlive(pid)) return undefined;
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
    if (stat === undefined) return undefined;
    // The second field, the name in parentheses, may contain spaces. So the fields are counted from behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, startTicks] = [fields[0], fields[19]];
    if (state === 'Z' || state === 'X') return undefined;
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
    return `${startTicks}${boot.slice(0, 8)}`;
  }
  if (process.platform === 'win32') return 'unknown';
  const started = await run('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => undefined);
  return started?.stdout.replace(/[^A-Za-z0-9]/g, '');
}

/** Whether process `pid` is the postmaster of this data directory, and not a stranger with a reused id. */
export async function isPostmasterOf(pid: number, clusterDirectory: string): Promise<boolean> {
  if (process.platform === 'linux') {
    // A postmaster's working directory is its data directory.
    const workingDirectory = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
    return workingDirectory === (await realpath(clusterDirectory)) && name.trim() === 'postgres';
  }
  if (process.platform === 'win32') return false;
  const command = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => undefined);
  return command?.stdout.includes(`-D ${clusterDirectory} `) ?? false;
}
