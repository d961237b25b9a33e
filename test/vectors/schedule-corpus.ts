import {
  type BruteSchedule,
  isOpenByBruteForce,
  nextEdgesByBruteForce,
  spansByBruteForce,
} from '../domain/schedule/brute-force.js';
import type { IntervalCase, PointCase } from './schedule-case.js';
import { clockChangeCases } from './schedule-cases/clock-changes.js';
import { overrideCases } from './schedule-cases/overrides.js';
import { refusedCases } from './schedule-cases/refused.js';
import { transitionCases } from './schedule-cases/transitions.js';
import { windowCases } from './schedule-cases/windows.js';
import { zoneCases } from './schedule-cases/zones.js';

/** `test/vectors/schedule.json`; docs/schedule.md says what the fields mean. Instants are ISO 8601 UTC. */
export interface ScheduleCorpus {
  readonly about: string;
  readonly schedules: Readonly<Record<string, BruteSchedule>>;
  readonly points: readonly {
    readonly name: string;
    readonly schedule: string;
    readonly at: string;
    readonly open: boolean;
    readonly nextOpeningAt: string | null;
    readonly nextClosingAt: string | null;
  }[];
  readonly intervals: readonly {
    readonly name: string;
    readonly schedule: string;
    readonly from: string;
    readonly to: string;
    readonly open: readonly (readonly [from: string, to: string])[];
  }[];
  readonly refused: readonly {
    readonly name: string;
    readonly schedule: BruteSchedule;
    readonly field: string;
  }[];
}

const DAY_MS = 86_400_000;
const HORIZON_MS = 366 * DAY_MS;

/** Walking a year takes seconds: where nothing at all is expected by hand, the walk gives up earlier. */
const NOTHING_EXPECTED_MS = 40 * DAY_MS;

/**
 * Every case with its answers by brute force; the evaluator has no part in it.
 * @throws {Error} where an answer that was worked out by hand is another one.
 */
export function buildScheduleCorpus(): ScheduleCorpus {
  const groups = [windowCases, overrideCases, clockChangeCases, zoneCases, transitionCases()];
  const schedules = Object.assign({}, ...groups.map((group) => group.schedules));
  return {
    about:
      'Opening hours: see docs/schedule.md. Written by the brute force of the tests, time zone data 2025.',
    schedules,
    points: groups.flatMap((group) => group.points.map((each) => answerPoint(each, group.schedules))),
    intervals: groups.flatMap((group) =>
      group.intervals.map((each) => answerIntervals(each, group.schedules)),
    ),
    refused: refusedCases,
  };
}

function answerPoint(point: PointCase, schedules: Readonly<Record<string, BruteSchedule>>) {
  const { name, schedule: key, at, expected } = point;
  const schedule = scheduleOf(schedules, key);
  const instant = Date.parse(at);
  const isNothingExpected = expected?.nextOpeningAt === null && expected.nextClosingAt === null;
  const horizon = isNothingExpected ? NOTHING_EXPECTED_MS : HORIZON_MS;
  const edges = nextEdgesByBruteForce(schedule, instant, instant + horizon);
  const answer = {
    open: isOpenByBruteForce(schedule, instant),
    nextOpeningAt: iso(edges.nextOpeningAt),
    nextClosingAt: iso(edges.nextClosingAt),
  };
  agree(`${key}: ${name}`, { ...answer, ...expected }, answer);
  return { name, schedule: key, at, ...answer };
}

function answerIntervals(interval: IntervalCase, schedules: Readonly<Record<string, BruteSchedule>>) {
  const { name, schedule: key, from, to, expected } = interval;
  const spans = spansByBruteForce(scheduleOf(schedules, key), Date.parse(from), Date.parse(to));
  const open = spans.map((span): [string, string] => [isoOf(span.from), isoOf(span.to)]);
  agree(`${key}: ${name}`, expected ?? open, open);
  return { name, schedule: key, from, to, open };
}

function scheduleOf(schedules: Readonly<Record<string, BruteSchedule>>, key: string): BruteSchedule {
  const schedule = schedules[key];
  if (schedule === undefined) throw new Error(`no schedule ${key}`);
  return schedule;
}

function agree(name: string, byHand: unknown, byBruteForce: unknown): void {
  const [hand, brute] = [JSON.stringify(byHand), JSON.stringify(byBruteForce)];
  if (hand !== brute) throw new Error(`${name}\n  by hand        ${hand}\n  by brute force ${brute}`);
}

function iso(instant: number | null): string | null {
  return instant === null ? null : isoOf(instant);
}

function isoOf(instant: number): string {
  return new Date(instant).toISOString();
}

/** JSON with one line for each schedule and each case. */
export function printScheduleCorpus({
  about,
  schedules,
  points,
  intervals,
  refused,
}: ScheduleCorpus): string {
  const list = (cases: readonly unknown[]) => cases.map((each) => `    ${JSON.stringify(each)}`).join(',\n');
  const table = Object.entries(schedules)
    .map(([key, schedule]) => `    ${JSON.stringify(key)}: ${JSON.stringify(schedule)}`)
    .join(',\n');
  return [
    '{',
    `  "about": ${JSON.stringify(about)},`,
    `  "schedules": {\n${table}\n  },`,
    `  "points": [\n${list(points)}\n  ],`,
    `  "intervals": [\n${list(intervals)}\n  ],`,
    `  "refused": [\n${list(refused)}\n  ]`,
    '}\n',
  ].join('\n');
}
