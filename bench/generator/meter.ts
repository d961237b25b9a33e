import { cpuBetween, cpuTimeOf, familyOf, residentMemoryOf } from '../stand/usage.js';
import type { GeneratorSettings, Measured } from './commands.js';

/**
 * Starts to measure.
 *
 * @returns a function that gives what was used since.
 */
export function startMeter({ servers, databasePids }: GeneratorSettings): () => Measured {
  const ofServers = (read: (pid: number) => number): number =>
    servers.reduce((sum, { pid }) => sum + read(pid), 0);
  const databases = databasePids.map((pid) => ({ pid, before: familyOf(pid) }));
  const server = ofServers(cpuTimeOf);
  const own = process.cpuUsage();
  const start = performance.now();
  return () => {
    const seconds = (performance.now() - start) / 1_000;
    const { user, system } = process.cpuUsage(own);
    const cpu = {
      server: ofServers(cpuTimeOf) - server,
      database: databases.reduce((sum, { pid, before }) => sum + cpuBetween(before, familyOf(pid)), 0),
      generator: (user + system) / 1_000,
    };
    return { seconds, cpu, serverRss: ofServers(residentMemoryOf) };
  };
}
