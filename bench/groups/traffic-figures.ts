import type { Traffic } from '../generator/commands.js';
import { median, medianOf } from '../report/statistics.js';
import type { Pair } from './group.js';

/**
 * The figures of one measurement of messages. CPU is in microseconds a message, latency in ms, and shares of a core
 * are from 0 to 1.
 */
export interface TrafficFigures {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly serverCpu: number;
  readonly databaseCpu: number;
  readonly generatorCpu: number;
  readonly serverBusy: number;
  readonly databaseBusy: number;
  readonly generatorBusy: number;
  readonly rssMb: number;
}

export function figuresOf(traffic: Traffic): TrafficFigures {
  const { messages, seconds, cpu, latency } = traffic;
  return {
    perSecond: messages / seconds,
    p50: latency.p50,
    p99: latency.p99,
    p999: latency.p999,
    serverCpu: (cpu.server * 1_000) / messages,
    databaseCpu: (cpu.database * 1_000) / messages,
    generatorCpu: (cpu.generator * 1_000) / messages,
    serverBusy: cpu.server / 1_000 / seconds,
    databaseBusy: cpu.database / 1_000 / seconds,
    generatorBusy: cpu.generator / 1_000 / seconds,
    rssMb: traffic.serverRss / 1e6,
  };
}

/** @throws with the first refusal if anything was lost, doubled or refused. */
export function requireWhole(what: string, traffic: Traffic): Traffic {
  const { sent, delivered, expected, refused, refusal, unexpected, lost } = traffic;
  if (delivered === expected && refused === 0 && unexpected === 0 && lost === 0 && traffic.messages > 0) {
    return traffic;
  }
  throw new Error(
    `${what}: ${sent} sent, ${delivered} of ${expected} delivered, ${unexpected} unexpected, ${refused} refused` +
      `, ${lost} connections lost${refusal === null ? '' : `; ${refusal}`}`,
  );
}

export function medians(rounds: readonly TrafficFigures[]): TrafficFigures {
  const of = (name: keyof TrafficFigures): number => medianOf(rounds, (round) => round[name]);
  return {
    perSecond: of('perSecond'),
    p50: of('p50'),
    p99: of('p99'),
    p999: of('p999'),
    serverCpu: of('serverCpu'),
    databaseCpu: of('databaseCpu'),
    generatorCpu: of('generatorCpu'),
    serverBusy: of('serverBusy'),
    databaseBusy: of('databaseBusy'),
    generatorBusy: of('generatorBusy'),
    rssMb: of('rssMb'),
  };
}

/**
 * The product's figure divided by the relay's, pair by pair, and the median of these quotients. A disturbance hits
 * both servers of a pair.
 */
export function ratioOf(pairs: readonly Pair<TrafficFigures>[], name: keyof TrafficFigures): number {
  return median(pairs.map(({ relay, product }) => product[name] / relay[name]));
}

export const TRAFFIC_COLUMNS = [
  'msgs/s',
  'p50 ms',
  'p99 ms',
  'p99.9 ms',
  'server µs/msg',
  'database µs/msg',
  'generator µs/msg',
  'server busy',
  'database busy',
  'generator busy',
  'RSS MB',
];

export function trafficCells(figures: TrafficFigures): (string | number)[] {
  return [
    Math.round(figures.perSecond),
    figures.p50,
    figures.p99,
    figures.p999,
    figures.serverCpu,
    figures.databaseCpu,
    figures.generatorCpu,
    percent(figures.serverBusy),
    percent(figures.databaseBusy),
    percent(figures.generatorBusy),
    Math.round(figures.rssMb),
  ];
}

function percent(share: number): string {
  return Number.isNaN(share) ? '–' : `${Math.round(share * 100)} %`;
}
