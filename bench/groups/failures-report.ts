import { createLatencies, type LatencySummary } from '../generator/latencies.js';
import { barChart } from '../report/chart.js';
import type { GroupReport, Ratio } from '../report/report.js';
import { median } from '../report/statistics.js';

/** How often heads are announced meanwhile, in ms. */
export const HEADS_MS = 2_000;
const SECOND_MS = 1_000;

export interface OutageRound {
  readonly outage: string;
  /** From the return until a message crosses live again. */
  readonly liveAfterMs: number;
  /** How long the slowest message of the outage took to the other process. */
  readonly slowestMs: number;
  /** What messages on the same process took before the outage, and during it, in ms. */
  readonly before: readonly number[];
  readonly during: readonly number[];
}

export interface EngineFigures {
  readonly engine: string;
  /** From the end of a process until others hear that its people have left, in ms. */
  readonly deaths: readonly number[];
  readonly outages: readonly OutageRound[];
}

interface Times {
  readonly name: string;
  readonly goal: string;
  readonly median: number;
  readonly max: number;
}

interface SameProcess {
  readonly name: string;
  readonly before: LatencySummary;
  readonly during: LatencySummary;
}

export function failuresReport(figures: readonly EngineFigures[], withRedis: boolean): GroupReport {
  const times = figures.flatMap(timesOf);
  const same = figures.flatMap(sameProcessOf);
  return {
    group: 'failures',
    ratios: [
      ...times.map(({ name, goal, max }): Ratio => ({ name: `${name}: most, s`, value: max, goal })),
      ...same.flatMap(slowerOf),
    ],
    tables: [
      {
        title: 'how fast others notice, s',
        columns: ['', 'median', 'most', 'goal'],
        rows: times.map((row) => [row.name, row.median, row.max, row.goal]),
      },
      {
        title: 'messages on the same process, ms',
        columns: ['', 'p50 before', 'p50 during', 'p99 before', 'p99 during', 'messages during'],
        rows: same.map(({ name, before, during }) => [
          name,
          ...[before.p50, during.p50, before.p99, during.p99, during.count],
        ]),
      },
    ],
    notes: withRedis
      ? []
      : ['Nothing was measured over Redis: this is a short run, or redis-server is not installed.'],
    chart: barChart({
      title: 'How fast others notice',
      groups: [
        {
          heading: 's, the median of the rounds',
          bars: times.map((row) => ({ label: row.name, value: row.median, series: 1 })),
        },
      ],
    }),
    figures: { medians: { times, sameProcess: same }, rounds: figures.map(withoutSamples) },
  };
}

function timesOf({ engine, deaths, outages }: EngineFigures): Times[] {
  const row = (name: string, goal: string, ms: readonly number[]): Times => ({
    name: `${engine}, ${name}`,
    goal,
    median: median(ms) / SECOND_MS,
    max: Math.max(...ms) / SECOND_MS,
  });
  return [
    row('death, user_left', 'at most 6', deaths),
    ...byOutage(outages).flatMap(([name, rounds]) => [
      row(
        `${name}, live again`,
        'at most 2',
        rounds.map(({ liveAfterMs }) => liveAfterMs),
      ),
      row(
        `${name}, meanwhile`,
        `a tick of heads, ${HEADS_MS / SECOND_MS}`,
        rounds.map(({ slowestMs }) => slowestMs),
      ),
    ]),
  ];
}

function sameProcessOf({ engine, outages }: EngineFigures): SameProcess[] {
  return byOutage(outages).map(([name, rounds]) => ({
    name: `${engine}, ${name}`,
    before: summaryOf(rounds.flatMap(({ before }) => before)),
    during: summaryOf(rounds.flatMap(({ during }) => during)),
  }));
}

function slowerOf({ name, before, during }: SameProcess): Ratio[] {
  return (['p50', 'p99'] as const).map((figure) => ({
    name: `${name}, same process, ${figure} during by before`,
    value: during[figure] / before[figure],
    goal: 'no slower',
  }));
}

/** Thousands of samples would only make the file long. */
function withoutSamples({ outages, ...rest }: EngineFigures) {
  return {
    ...rest,
    outages: outages.map(({ before, during, ...times }) => ({
      ...times,
      before: summaryOf(before),
      during: summaryOf(during),
    })),
  };
}

function byOutage(rounds: readonly OutageRound[]): (readonly [string, readonly OutageRound[]])[] {
  const names = [...new Set(rounds.map(({ outage }) => outage))];
  return names.map((name) => [name, rounds.filter(({ outage }) => outage === name)]);
}

function summaryOf(values: readonly number[]): LatencySummary {
  const latencies = createLatencies();
  for (const value of values) latencies.add(value);
  return latencies.summary();
}
