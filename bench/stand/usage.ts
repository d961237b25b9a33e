import { readdirSync, readFileSync } from 'node:fs';

/** CPU time of each process of a family so far, in milliseconds, by process id. */
export type CpuTimes = ReadonlyMap<number, number>;

const CLOCK_TICK_MS = 10;
const NS_PER_MS = 1e6;

/**
 * The CPU time of a process with all its threads, in ms. The scheduler counts it in nanoseconds, or in ticks of 10 ms
 * if the kernel was built without that. NaN if there is no /proc, or no such process.
 */
export function cpuTimeOf(pid: number): number {
  try {
    let ns = 0;
    for (const thread of readdirSync(`/proc/${pid}/task`)) ns += threadTime(pid, thread);
    return ns / NS_PER_MS;
  } catch {
    return ticksOf(pid);
  }
}

/** The time of a thread that has ended is missing. The threads of the servers here live as long as the servers. */
function threadTime(pid: number, thread: string): number {
  return Number.parseInt(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8'), 10);
}

/** The fields after the program's name, which may contain spaces. */
function statOf(pid: number): readonly string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function ticksOf(pid: number): number {
  try {
    const fields = statOf(pid);
    return (Number(fields[11]) + Number(fields[12])) * CLOCK_TICK_MS;
  } catch {
    return Number.NaN;
  }
}

/** A process and its children. PostgreSQL has a child for each connection, and some that write. */
export function familyOf(pid: number): CpuTimes {
  const times = new Map<number, number>([[pid, cpuTimeOf(pid)]]);
  let names: string[];
  try {
    names = readdirSync('/proc');
  } catch {
    return times;
  }
  for (const name of names) {
    const candidate = Number(name);
    if (Number.isInteger(candidate) && parentOf(candidate) === pid) {
      times.set(candidate, cpuTimeOf(candidate));
    }
  }
  return times;
}

function parentOf(pid: number): number | null {
  try {
    return Number(statOf(pid)[1]);
  } catch {
    return null;
  }
}

/** The CPU time that a family used between two readings, in ms. A child that was started in between counts in full. */
export function cpuBetween(before: CpuTimes, after: CpuTimes): number {
  let sum = 0;
  for (const [pid, time] of after) sum += time - (before.get(pid) ?? 0);
  return sum;
}

/** The resident memory in bytes; NaN if there is no /proc. */
export function residentMemoryOf(pid: number): number {
  try {
    const kilobytes = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes) * 1_024;
  } catch {
    return Number.NaN;
  }
}
