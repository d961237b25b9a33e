import { readdir, readFile } from 'node:fs/promises';

const KIB_IN_MIB = 1_024;

/** What the system holds for a process now, in MiB; null where it does not tell, or the process is gone. */
export async function residentMibOf(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  return kib === undefined ? null : Number(kib) / KIB_IN_MIB;
}

/** Open files and sockets of a process; null where the system does not tell, or the process is gone. */
export async function descriptorsOf(pid: number): Promise<number | null> {
  const names = await readdir(`/proc/${pid}/fd`).catch(() => null);
  return names === null ? null : names.length;
}
