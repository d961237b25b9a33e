import { median } from '../../../bench/report/statistics.js';
import type { Figures } from '../coverage.js';
import type { Service, ServiceOfAll } from './service.js';
import { STRIKE_KINDS, type StrikeDone } from './strike.js';

/** How many times as long the slowest of a hundred may take beside the neighbour. */
export const MOST_TIMES_SLOWER = 3;
/** On two cores that server, database, load and neighbour share, and whatever else runs there: nobody minds that long, in ms. */
export const NEVER_TOO_SLOW_MS = 250;
/** What the server may hold, in MiB: with its young generation of 64, its caches and its buffers full. */
export const MAX_RESIDENT_MIB = 600;
/** Descriptors that may have been added by what others did meanwhile. A strike that leaks leaves some hundreds. */
export const MAX_MORE_DESCRIPTORS = 32;
/** In all rounds together, for a hundredth of them to be something. */
const LEAST_OPERATIONS = 100;

/** One phase without the neighbour, and the one behind it beside the neighbour. */
export interface Round {
  readonly without: ServiceOfAll;
  readonly beside: ServiceOfAll;
  /** Of the server, before the neighbour came and after it had gone; null where the system does not tell. */
  readonly descriptors: { readonly before: number; readonly after: number } | null;
}

export interface NeighbourReport {
  readonly rounds: readonly Round[];
  readonly strikes: readonly StrikeDone[];
  /** The most that the server was seen to hold, in MiB; null where the system does not tell. */
  readonly residentMib: {
    readonly without: number;
    readonly beside: number;
    readonly underFaults: number;
  } | null;
  /** Exit code of the stop that follows the comparison; 0 is a clean one. */
  readonly stopCode: number | null;
}

export interface NeighbourVerdict {
  readonly problems: readonly string[];
  /** What there was too little of. */
  readonly thin: readonly string[];
  readonly figures: Figures;
}

const SERVICES = ['sends', 'joins'] as const;
type ServiceName = (typeof SERVICES)[number];

/** A verdict while it is made. */
interface Draft {
  readonly problems: string[];
  readonly thin: string[];
  readonly figures: Record<string, number>;
}

/** Pure. */
export function judgeNeighbour(report: NeighbourReport): NeighbourVerdict {
  const draft: Draft = { problems: [], thin: [], figures: {} };
  for (const service of SERVICES) judgeService(report.rounds, service, draft);
  judgeStrikes(report, draft);
  judgeMemory(report, draft);
  judgeDescriptors(report, draft);
  if (report.stopCode !== 0) draft.problems.push(`SIGTERM after the neighbour ended with ${report.stopCode}`);
  return draft;
}

/** The median of the rounds, so that one in which the machine was busy with something else decides nothing. */
function judgeService(
  rounds: readonly Round[],
  service: ServiceName,
  { problems, thin, figures }: Draft,
): void {
  const middle = (pick: (round: Round) => number): number => median(rounds.map(pick));
  for (const phase of ['without', 'beside'] as const) {
    const all = rounds.map((round) => round[phase][service]);
    figures[`${service} ${phase}, count`] = sum(all, ({ count }) => count);
    figures[`${service} ${phase}, failed`] = sum(all, ({ failed }) => failed);
    figures[`${service} ${phase}, p50 in ms`] = middle((round) => round[phase][service].p50);
    figures[`${service} ${phase}, p99 in ms`] = middle((round) => waitOf(round[phase][service]));
    const count = sum(all, (one) => one.count);
    if (count < LEAST_OPERATIONS) {
      thin.push(`${service} ${phase} the neighbour: ${count}, at least ${LEAST_OPERATIONS} are needed`);
    }
  }
  const ratio = middle(({ without, beside }) => timesSlower(without[service], beside[service]));
  const p99 = middle(({ beside }) => waitOf(beside[service]));
  figures[`${service}, p99 beside to without`] = ratio;
  if (ratio > MOST_TIMES_SLOWER && p99 > NEVER_TOO_SLOW_MS) {
    const times = `${ratio.toFixed(1)} times as long`;
    problems.push(`${service} of others take ${p99.toFixed(0)} ms (p99), ${times} as without the neighbour`);
  }
}

/** Where nothing came to an end at all, everybody waited for ever. */
function waitOf({ count, p99 }: Service): number {
  return count === 0 ? Number.POSITIVE_INFINITY : p99;
}

function timesSlower(without: Service, beside: Service): number {
  // Nothing can be slower than what went nowhere before.
  return without.count === 0 ? 1 : waitOf(beside) / without.p99;
}

function judgeStrikes({ strikes }: NeighbourReport, { thin, figures }: Draft): void {
  for (const kind of STRIKE_KINDS) {
    const effective = strikes.filter((strike) => strike.kind === kind && strike.effective).length;
    figures[`strikes ${kind}`] = effective;
    if (effective === 0) thin.push(`strikes ${kind}: none had an effect`);
  }
}

function judgeMemory({ residentMib }: NeighbourReport, { problems, figures }: Draft): void {
  if (residentMib === null) return;
  for (const [phase, mib] of Object.entries(residentMib)) figures[`resident MiB at most, ${phase}`] = mib;
  const most = Math.max(...Object.values(residentMib));
  if (most > MAX_RESIDENT_MIB) {
    problems.push(`the server held ${most.toFixed(0)} MiB, at most ${MAX_RESIDENT_MIB} are expected`);
  }
}

function judgeDescriptors({ rounds }: NeighbourReport, { problems, figures }: Draft): void {
  const more = rounds.flatMap(({ descriptors }) =>
    descriptors === null ? [] : [descriptors.after - descriptors.before],
  );
  if (more.length === 0) return;
  const most = Math.max(...more);
  figures['descriptors more after the neighbour'] = most;
  if (most > MAX_MORE_DESCRIPTORS) problems.push(`${most} descriptors stayed open behind the neighbour`);
}

function sum(services: readonly Service[], pick: (service: Service) => number): number {
  return services.reduce((total, service) => total + pick(service), 0);
}

/** What the last strike of each kind has come to, in words. */
export function lastNotes(strikes: readonly StrikeDone[]): readonly string[] {
  const last = new Map(strikes.map((strike) => [strike.kind, strike]));
  return STRIKE_KINDS.map((kind) => `${kind}: ${last.get(kind)?.note ?? 'not tried'}`);
}
