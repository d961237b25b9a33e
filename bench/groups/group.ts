import { join } from 'node:path';
import type { GroupReport } from '../report/report.js';
import { type BenchDatabase, startDatabase } from '../stand/database.js';
import { type Stand, startTarget, type Target, type TargetName } from '../stand/stand.js';

/** What a group works with. */
export interface GroupContext {
  readonly stand: Stand;
  /** Whether this is a short run. It shows that everything works; its figures mean little. */
  readonly quick: boolean;
  /** The messages a second that were asked for, in a group that has one rate; undefined for the group's own rate. */
  readonly rate: number | undefined;
  /** A directory of the group's own, removed afterwards. */
  readonly directory: string;
  /**
   * A fresh PostgreSQL of the group's own, which is stopped afterwards. Asking again gives the same one.
   *
   * @param settings of PostgreSQL that differ from the product's. They count where it is asked for the first time.
   */
  database(settings?: Readonly<Record<string, string>>): Promise<BenchDatabase>;
  /** Tells the person who waits what is being done. */
  say(what: string): void;
}

export type Group = (context: GroupContext) => Promise<GroupReport>;

export interface DatabaseOnce {
  isStarted(): boolean;
  get(settings?: Readonly<Record<string, string>>): Promise<BenchDatabase>;
  stop(): Promise<void>;
}

/** Starts at most one database for each group. The settings in `wanted` win over those that the group asks for. */
export function databaseOnce(directory: string, wanted: Readonly<Record<string, string>>): DatabaseOnce {
  let started: Promise<BenchDatabase> | null = null;
  return {
    isStarted: () => started !== null,
    get: (settings) => {
      started ??= startDatabase(join(directory, 'data'), { ...settings, ...wanted });
      return started;
    },
    stop: async () => {
      // A database that has not started needs no stop.
      const database = await started?.catch(() => null);
      await database?.stop();
    },
  };
}

export const TARGETS: readonly TargetName[] = ['relay', 'product'];

/** Starts both servers, and stops them when the work is done. */
export async function withBoth<Result>(
  { stand, database }: GroupContext,
  work: (targets: Readonly<Record<TargetName, Target>>) => Promise<Result>,
): Promise<Result> {
  const relay = await startTarget(stand, 'relay', null);
  const product = await startTarget(stand, 'product', await database());
  try {
    return await work({ relay, product });
  } finally {
    await Promise.all([relay.end(), product.end()]);
  }
}

/**
 * The order of the servers in a round. They take turns, so that a disturbance of the machine hits both; each goes
 * first every other round.
 */
export function inTurns(round: number): readonly TargetName[] {
  return round % 2 === 0 ? TARGETS : [...TARGETS].reverse();
}

/** Measurements of both servers, one made right after the other. */
export type Pair<Measurement> = Readonly<Record<TargetName, Measurement>>;

export async function inPairs<Measurement>(
  rounds: number,
  measure: (name: TargetName, round: number) => Promise<Measurement>,
): Promise<Pair<Measurement>[]> {
  const pairs: Pair<Measurement>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const [first, second] = inTurns(round);
    if (first === undefined || second === undefined) break;
    const one = await measure(first, round);
    const other = await measure(second, round);
    pairs.push(first === 'relay' ? { relay: one, product: other } : { relay: other, product: one });
  }
  return pairs;
}
