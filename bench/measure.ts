/** CPU time of this process so far, user and system, in milliseconds; a busy machine does not distort it. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** CPU milliseconds of one call, median of `rounds` after one to warm up. */
export function medianCpuMs(rounds: number, call: () => void): number {
  call();
  const times = Array.from({ length: rounds }, () => {
    const start = cpuMs();
    call();
    return cpuMs() - start;
  });
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
}

/** Bytes in use after a full collection, buffers outside the heap included. Needs `node --expose-gc`. */
export function memoryInUse(): number {
  if (globalThis.gc === undefined) throw new Error('run node with --expose-gc');
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Everything that this process has reported, in order. */
export const reported: { readonly name: string; readonly value: string; readonly note: string }[] = [];

export function report(name: string, value: string, note = ''): void {
  reported.push({ name, value, note });
  process.stdout.write(`  ${name.padEnd(58)} ${value.padStart(12)}  ${note}\n`);
}
