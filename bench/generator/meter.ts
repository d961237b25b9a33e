import { cpuBetween, cpuTimeOf, familyOf, residentMemoryOf } from '../stand/usage.js';
import type { GeneratorSettings, Measured } from './commands.js';

/** Measures from now on; call the answer to have what was used since. */
export function startMeter({ servers, databasePid }: GeneratorSettings): () => Measured {
  const ofServers = (read: (pid: number) => number): number =>
    servers.reduce((sum, { pid }) => sum + read(pid), 0);
  const database = databasePid === null ? null : familyOf(databasePid);
  const server = ofServers(cpuTimeOf);
  const own = process.cpuUsage();
  const start = performance.now();
  return () => {
    const seconds = (performance.now() - start) / 1_000;
    const { user, system } = process.cpuUsage(own);
    const cpu = {
      server: ofServers(cpuTimeOf) - server,
      database: databasePid === null || database === null ? 0 : cpuBetween(database, familyOf(databasePid)),
      generator: (user + system) / 1_000,
    };
    return { seconds, cpu, serverRss: ofServers(residentMemoryOf) };
  };
}
