import type { Scheduler } from '../../application/ports/scheduler.js';
import { HELD_FOR_MS, type SharedCounts } from '../../application/ports/shared-counts.js';

/**
 * A process tells the others of an address once it has at least this part of the connections that the address may
 * have.
 */
const TOLD_FROM_PART = 1 / 8;
/**
 * How often a process repeats its counts, in ms. This is well before the others forget them, and brings them the
 * closed connections, too.
 */
const RETELL_INTERVAL_MS = HELD_FOR_MS / 4;
/** How many addresses a process tells the others of. The connections of further addresses count only at this process. */
const MAX_TOLD = 1_000;

/** Exchanges with the other processes how many connections an address has at each of them. */
export interface ConnectionsElsewhere {
  /**
   * @param open how many connections the address has here.
   * @returns how many it has on the other processes, as far as they have told. Each of them tells its count once it
   *   is an eighth of the limit, so an address can go beyond the limit by a bit less than that for each process.
   */
  count(address: string, open: number): Promise<number>;
  /** The address has one connection more. */
  opened(address: string, open: number): void;
  /** The address has one connection less. The others hear of it within `RETELL_INTERVAL_MS`. */
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
