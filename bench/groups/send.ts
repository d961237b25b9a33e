import type { Traffic } from '../generator/commands.js';
import { lineChart } from '../report/chart.js';
import { type Clinic, openClinic, roomsOf } from '../stand/clinic.js';
import type { Target, TargetName } from '../stand/stand.js';
import { type Group, type GroupContext, inPairs, type Pair, TARGETS, withBoth } from './group.js';
import {
  figuresOf,
  medians,
  ratioOf,
  requireWhole,
  TRAFFIC_COLUMNS,
  type TrafficFigures,
  trafficCells,
} from './traffic-figures.js';

/** The messages a second that are offered in the open loop, one after the other, until they are too many. */
const RATES = [
  500, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000, 9_000, 10_000, 12_000, 14_000, 16_000, 20_000,
];
const QUICK_RATES = [200, 400];
/** The knee: beyond it, less than this share of what is offered is taken, or messages wait longer than this. */
const KNEE_TAKEN = 0.95;
const KNEE_P99_MS = 500;
const SEED = 20_260_107;

interface Paced extends TrafficFigures {
  readonly offered: number;
  /** The share of the messages due in the measured time that had arrived by its end. */
  readonly taken: number;
  /** p99 of how much later than due the generator sent, in ms. */
  readonly lateness: number;
}

/**
 * Everybody sends and waits for the other party to receive it; then messages are sent at fixed rates, up to what the
 * server can take.
 */
export const sendGroup: Group = async (context) => {
  const { quick, say } = context;
  const clinic = sendClinic(quick);
  await openClinic((await context.database()).url, clinic);
  return withBoth(context, async (targets) => {
    const rooms = await roomsOf(clinic, 2);
    for (const name of TARGETS) await targets[name].open(rooms, { join: true });
    const closed = (acknowledged: boolean, rounds: number) =>
      inPairs(rounds, async (name, round) => {
        say(`closed loop${acknowledged ? ', acknowledged' : ''}, round ${round + 1} of ${rounds}, ${name}`);
        return figuresOf(requireWhole(name, await runClosed(targets[name], quick, acknowledged)));
      });
    const plain = await closed(false, quick ? 1 : 5);
    const acknowledged = await closed(true, quick ? 1 : 3);
    const paced = await runPaced(targets, context);
    return report(plain, acknowledged, paced);
  });
};

export function sendClinic(quick: boolean): Clinic {
  return { prefix: 'send', consultations: quick ? 20 : 200 };
}

export function runClosed(
  target: Target,
  quick: boolean,
  acknowledged: boolean,
  senders: 'all' | 'in turn' = 'all',
): Promise<Traffic> {
  const amount = quick ? { warmUpMs: 100, durationMs: 500 } : { warmUpMs: 2_000, durationMs: 8_000 };
  const rooms = [0, Number.MAX_SAFE_INTEGER] as const;
  return target.run({ type: 'closed', rooms, senders, acknowledged, amount });
}

/** Runs rate by rate, the servers in turns. A server that cannot take a rate is not offered a higher one. */
async function runPaced(
  targets: Readonly<Record<TargetName, Target>>,
  { quick, say }: GroupContext,
): Promise<Readonly<Record<TargetName, Paced[]>>> {
  const results: Record<TargetName, Paced[]> = { relay: [], product: [] };
  const able = new Set<TargetName>(TARGETS);
  const amount = quick ? { warmUpMs: 100, durationMs: 400 } : { warmUpMs: 1_000, durationMs: 5_000 };
  for (const rate of quick ? QUICK_RATES : RATES) {
    for (const name of TARGETS.filter((each) => able.has(each))) {
      say(`open loop, ${rate} a second, ${name}`);
      const traffic = await targets[name].run({ type: 'paced', rate, ...amount, seed: SEED });
      const missing = whatIsMissing(traffic);
      if (missing !== null) say(`${name} did not take ${rate} a second: ${missing}`);
      else results[name].push(pacedFigures(traffic, rate));
      const last = results[name].at(-1);
      if (missing !== null || (last !== undefined && isBeyondKnee(last))) able.delete(name);
    }
  }
  return results;
}

/**
 * Why there are no figures for a rate: the server has said that it is too much, or had not finished when the wait was
 * over. null if there are.
 */
function whatIsMissing({ delivered, expected, refused, refusal }: Traffic): string | null {
  if (delivered >= expected) return null;
  const why = refusal === null ? '' : `, ${refused} refused: ${refusal}`;
  return `${expected - delivered} not delivered${why}`;
}

function pacedFigures(traffic: Traffic, offered: number): Paced {
  const taken = traffic.messages / traffic.lateness.count;
  return { ...figuresOf(traffic), offered, taken, lateness: traffic.lateness.p99 };
}

function isBeyondKnee({ taken, p99 }: Paced): boolean {
  return taken < KNEE_TAKEN || p99 > KNEE_P99_MS;
}

function report(
  plain: readonly Pair<TrafficFigures>[],
  acknowledged: readonly Pair<TrafficFigures>[],
  paced: Readonly<Record<TargetName, readonly Paced[]>>,
) {
  const figures = { closed: middle(plain), acknowledged: middle(acknowledged), open: paced };
  return {
    group: 'send',
    ratios: [
      { name: 'server CPU a message, by the relay', value: ratioOf(plain, 'serverCpu'), goal: 'at most 1.4' },
      { name: 'messages a second, by the relay', value: ratioOf(plain, 'perSecond'), goal: 'at least 0.6' },
      { name: 'p99, by the relay', value: ratioOf(plain, 'p99'), goal: 'at most 2.5' },
      { name: 'server CPU, both with acknowledgements', value: ratioOf(acknowledged, 'serverCpu') },
      { name: 'messages a second, both with acknowledgements', value: ratioOf(acknowledged, 'perSecond') },
    ],
    tables: [
      closedTable(
        'closed loop: each socket one message in flight, done when the other party has it',
        figures.closed,
      ),
      closedTable('the same, each message acknowledged', figures.acknowledged),
      pacedTable(paced),
    ],
    notes: [
      'The generator shares its core with PostgreSQL: it is not the limit while "generator busy" and "database busy" stay below 100 % together.',
    ],
    chart: lineChart({
      title: 'Latency at fixed rates, counted from when a message was due',
      xTitle: 'messages a second offered',
      yTitle: 'ms (p99 and p50)',
      series: TARGETS.flatMap((name, series) => [
        {
          name: `${name} p99`,
          series,
          points: paced[name].map(({ offered, p99 }) => [offered, p99] as const),
        },
        {
          name: `${name} p50`,
          series,
          dashed: true,
          points: paced[name].map(({ offered, p50 }) => [offered, p50] as const),
        },
      ]),
    }),
    figures: { medians: figures, rounds: { closed: plain, acknowledged } },
  };
}

function middle(pairs: readonly Pair<TrafficFigures>[]): Pair<TrafficFigures> {
  return {
    relay: medians(pairs.map(({ relay }) => relay)),
    product: medians(pairs.map(({ product }) => product)),
  };
}

function closedTable(title: string, figures: Pair<TrafficFigures>) {
  return {
    title,
    columns: ['', ...TRAFFIC_COLUMNS],
    rows: TARGETS.map((name) => [name, ...trafficCells(figures[name])]),
  };
}

function pacedTable(paced: Readonly<Record<TargetName, readonly Paced[]>>) {
  return {
    title: 'open loop: fixed rates, latency from when a message was due',
    columns: ['offered a second', ...TRAFFIC_COLUMNS, 'sent late, p99 ms'],
    rows: TARGETS.flatMap((name) =>
      paced[name].map((one) => [`${name} ${one.offered}`, ...trafficCells(one), one.lateness]),
    ),
  };
}
