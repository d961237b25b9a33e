import type { Figures } from './coverage.js';
import type { History } from './history.js';
import type { Fleet } from './server/fleet.js';
import { residentMibOf } from './server/process-figures.js';

/** The figure that must not grow without an end. */
export const MIB_OF_A_SERVER = 'MiB of a server at most';
const SAMPLE_EVERY_MS = 1_000;
const TELL_EVERY_MS = 60_000;

/** How a long run is getting on, and what it takes of the machine. */
export interface WatchedRun {
  /** The most that was seen, in MiB; nothing where the system does not tell. */
  figures(): Figures;
  stop(): void;
}

/** Says a line a minute: an hour without a word looks like one that hangs. */
export function watchRun(fleet: Fleet, history: History, say: (line: string) => void): WatchedRun {
  let ofServers = 0;
  let ofTest = 0;
  const startedAt = performance.now();

  async function sample(): Promise<void> {
    const pids = fleet.members.flatMap(({ server }) => (server.pid === null ? [] : [server.pid]));
    for (const pid of pids) ofServers = Math.max(ofServers, (await residentMibOf(pid)) ?? 0);
    ofTest = Math.max(ofTest, (await residentMibOf(process.pid)) ?? 0);
  }

  function tell(): void {
    const minutes = Math.round((performance.now() - startedAt) / TELL_EVERY_MS);
    const acknowledged = history.sends.filter(({ outcome }) => outcome.type === 'ok').length;
    const memory = `a server took ${ofServers.toFixed(0)} MiB at most, this test ${ofTest.toFixed(0)} MiB`;
    say(`minute ${minutes}: ${acknowledged} sends acknowledged, ${history.faults.length} faults, ${memory}`);
  }

  const timers = [setInterval(() => void sample(), SAMPLE_EVERY_MS), setInterval(tell, TELL_EVERY_MS)];
  for (const timer of timers) timer.unref();
  return {
    figures: () =>
      ofServers === 0
        ? {}
        : { [MIB_OF_A_SERVER]: Math.round(ofServers), 'MiB of the test at most': Math.round(ofTest) },
    stop: () => {
      for (const timer of timers) clearInterval(timer);
    },
  };
}
