import type { Scheduler } from '../../application/ports/scheduler.js';
import { HELD_FOR_MS, type SharedCounts } from '../../application/ports/shared-counts.js';

/** A process tells the others of an address only if it has at least this part of the connections that the address may have. */
const TOLD_FROM_PART = 1 / 8;
/** How often a process tells its counts again, in ms: well before the others forget them, and soon after connections have closed. */
const RETELL_INTERVAL_MS = HELD_FOR_MS / 4;
/** How many addresses a process tells the others of. It counts the connections of further addresses for itself. */
const MAX_TOLD = 1_000;

/** Exchanges with the other processes how many connections an address has at each of them. */
export interface ConnectionsElsewhere {
  /**
   * @param open how many the address has here.
   * @returns how many it has on the other processes, as far as is known. They tell it when it is an eighth of the limit,
   *   so that each of them may have a bit less than that beyond.
   */
  count(address: string, open: number): Promise<number>;
  /** One more. */
  opened(address: string, open: number): void;
  /** One less. The others hear of it within `RETELL_INTERVAL_MS`. */
  closed(address: string, open: number): void;
}

export interface ConnectionsElsewhereDependencies {
  readonly shared: SharedCounts;
  readonly scheduler: Scheduler;
  readonly maxConnectionsPerAddress: number;
}

export function createConnectionsElsewhere(
  dependencies: ConnectionsElsewhereDependencies,
): ConnectionsElsewhere {
  const { shared, scheduler, maxConnectionsPerAddress } = dependencies;
  const toldFrom = Math.max(1, Math.ceil(maxConnectionsPerAddress * TOLD_FROM_PART));
  const told = new Map<string, number>();
  const keyOf = (address: string): string => `connections:${address}`;

  function tellAgain(): void {
    for (const [address, open] of told) {
      if (open < toldFrom) told.delete(address);
      void shared.hold(keyOf(address), open < toldFrom ? 0 : open);
    }
  }

  scheduler.every(RETELL_INTERVAL_MS, { name: 'connections-told', run: async () => tellAgain() });
  return {
    count: async (address, open) => (await shared.hold(keyOf(address), told.has(address) ? open : 0)) ?? 0,
    opened: (address, open) => {
      if (open < toldFrom || (told.size >= MAX_TOLD && !told.has(address))) return;
      told.set(address, open);
      void shared.hold(keyOf(address), open);
    },
    closed: (address, open) => {
      if (told.has(address)) told.set(address, open);
    },
  };
}
