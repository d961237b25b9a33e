import { join } from 'node:path';
import type { Span, Traffic } from '../generator/commands.js';
import { barChart } from '../report/chart.js';
import { median } from '../report/statistics.js';
import type { MemoryWalk } from '../servers/memory-walk.js';
import type { Pause } from '../servers/probe.js';
import { startChild } from '../stand/children.js';
import { openClinic, roomsOf } from '../stand/clinic.js';
import { type DatabaseActivity, type Doing, WATCHED, watchDatabase } from '../stand/database-watch.js';
import { PROGRAMS, type Stand, type Target } from '../stand/stand.js';
import { type Group, TARGETS, withBoth } from './group.js';
import { sendClinic } from './send.js';
import { figuresOf, requireWhole, TRAFFIC_COLUMNS, trafficCells } from './traffic-figures.js';

/**
 * About half of what the product can take on the machine of most figures. On other machines, `--rate` says what half
 * is.
 */
const RATE = 5_000;
const SEED = 20_261_129;
/** With this, two checkpoints fall into the measured time. PostgreSQL's own default is every five minutes. */
const CHECKPOINT_EVERY = '30s';
const GOAL_MS = 15;
const GOAL_RATIO = 3;
/** Slow messages that are due within so many ms of each other have waited for the same thing. */
const SAME_STALL_MS = 25;
const STALLS_SHOWN = 40;

/** A time in which messages were slow, and what else happened in it. */
interface Stall {
  readonly at: number;
  readonly ms: number;
  readonly messages: number;
  readonly worst: number;
  readonly causes: readonly string[];
}

/**
 * Shows where the slowest messages of a fixed rate come from: each time in which messages were slow, beside what else
 * happened.
 */
export const tailsGroup: Group = async (context) => {
  const { quick, say, rate = quick ? 300 : RATE } = context;
  const clinic = sendClinic(quick);
  const database = await context.database({ ...WATCHED, checkpoint_timeout: CHECKPOINT_EVERY });
  await openClinic(database.url, clinic);
  say('the machine alone');
  const machine = await walkMemory(context.stand, quick ? 500 : 15_000);
  return withBoth(context, async ({ relay, product }) => {
    const rooms = await roomsOf(clinic, 2);
    for (const target of [relay, product]) await target.open(rooms, { join: true });
    say('relay');
    const ofRelay = requireWhole('relay', await paced(relay, rate, quick, quick ? 500 : 10_000));
    say('product');
    const endWatch = await watchDatabase(database);
    const { result, pauses } = await product.withPauses(() =>
      paced(product, rate, quick, quick ? 1_000 : 70_000),
    );
    const activity = await endWatch();
    return report(rate, machine, ofRelay, requireWhole('product', result), pauses, activity);
  });
};

/** Which times are slow without any server, on the server's core. */
async function walkMemory({ cores }: Stand, lengthMs: number): Promise<MemoryWalk> {
  const program = join(PROGRAMS, 'servers', 'memory-walk.js');
  const child = startChild({
    name: 'the walk',
    node: [program, String(lengthMs)],
    core: cores?.server ?? null,
  });
  return JSON.parse(await child.line((line) => line.startsWith('{'))) as MemoryWalk;
}

function paced(target: Target, rate: number, quick: boolean, durationMs: number): Promise<Traffic> {
  return target.run({
    type: 'paced',
    rate,
    warmUpMs: quick ? 100 : 2_000,
    durationMs,
    seed: SEED,
  });
}

function report(
  rate: number,
  machine: MemoryWalk,
  relay: Traffic,
  product: Traffic,
  pauses: readonly Pause[],
  activity: DatabaseActivity,
) {
  const stalls = stallsOf(product.slow, [
    ...pauses.map(({ kind, at, ms }) => ({ what: kind, at, ms })),
    ...product.late.map(([at, ms]) => ({ what: 'generator late', at, ms })),
    ...activity.waits,
    ...activity.logged,
  ]);
  const start = stalls[0]?.at ?? 0;
  const worst = [...stalls].sort((a, b) => b.messages - a.messages).slice(0, STALLS_SHOWN);
  const figures = { relay: figuresOf(relay), product: figuresOf(product) };
  return {
    group: 'tails',
    ratios: [
      {
        name: 'p99 at half of the knee, ms',
        value: figures.product.p99,
        goal: `at most ${GOAL_MS}, or ${GOAL_RATIO} times the relay's, which is ${(GOAL_RATIO * figures.relay.p99).toFixed(1)}`,
      },
      { name: 'p99, by the relay', value: figures.product.p99 / figures.relay.p99 },
    ],
    tables: [
      {
        title: `open loop at ${rate} messages a second, a checkpoint every ${CHECKPOINT_EVERY}`,
        columns: ['', ...TRAFFIC_COLUMNS],
        rows: TARGETS.map((name) => [name, ...trafficCells(figures[name])]),
      },
      {
        title: `the machine before that: a program that does nothing but touch memory, for ${machine.lengthMs} ms`,
        columns: ['slow spells', 'median ms', 'longest ms', 'median ms from one to the next'],
        rows: [spellCells(machine)],
      },
      {
        title: 'PostgreSQL meanwhile',
        columns: ['', ''],
        rows: Object.entries(activity.counters),
      },
      {
        title: 'garbage collection and turns of the event loop, in the server',
        columns: ['', 'times', 'ms in all', 'longest ms'],
        rows: pauseRows(pauses),
      },
      {
        title: 'when messages were slow, those with the most first',
        columns: ['at s', 'slow messages', 'worst ms', 'for ms', 'meanwhile'],
        rows: worst.map((stall) => [
          (stall.at - start) / 1_000,
          stall.messages,
          stall.worst,
          stall.ms,
          stall.causes.join(' · '),
        ]),
      },
    ],
    notes: activity.logged.filter(({ what }) => what.startsWith('checkpoint:')).map(({ what }) => what),
    chart: barChart({
      title: 'Latency at a fixed rate, with checkpoints',
      groups: (['p50', 'p99', 'p999'] as const).map((figure) => ({
        heading: `${figure}, ms`,
        bars: TARGETS.map((name, series) => ({ label: name, value: figures[name][figure], series })),
      })),
    }),
    figures: { ...figures, machine, counters: activity.counters, stalls, logged: activity.logged },
  };
}

function spellCells({ spells }: MemoryWalk) {
  const lengths = spells.map(({ ms }) => ms);
  const distances = spells.slice(1).map(({ from }, index) => from - (spells[index]?.from ?? 0));
  return [spells.length, median(lengths), Math.max(0, ...lengths), median(distances)];
}

function pauseRows(pauses: readonly Pause[]) {
  const kinds = [...new Set(pauses.map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const times = pauses.filter((pause) => pause.kind === kind).map(({ ms }) => ms);
    return [kind, times.length, times.reduce((sum, ms) => sum + ms, 0), Math.max(...times)];
  });
}

function stallsOf(slow: readonly Span[], doings: readonly Doing[]): Stall[] {
  const spans = [...slow].sort(([a], [b]) => a - b);
  const groups: Span[][] = [];
  for (const span of spans) {
    const group = groups.at(-1);
    if (group !== undefined && span[0] - (group.at(-1)?.[0] ?? 0) < SAME_STALL_MS) group.push(span);
    else groups.push([span]);
  }
  return groups.map((group) => {
    const at = group[0]?.[0] ?? 0;
    const until = Math.max(...group.map(([due, ms]) => due + ms));
    const worst = Math.max(...group.map(([, ms]) => ms));
    return { at, ms: until - at, messages: group.length, worst, causes: causesOf(at, until, doings) };
  });
}

/** What happened in that time, by name, and how much of it. */
function causesOf(from: number, until: number, doings: readonly Doing[]): string[] {
  const shares = new Map<string, number>();
  for (const { what, at, ms } of doings) {
    const share = Math.min(until, at + ms) - Math.max(from, at);
    if (share > 0) shares.set(what, (shares.get(what) ?? 0) + share);
  }
  return [...shares].sort(([, a], [, b]) => b - a).map(([what, share]) => `${what} ${Math.round(share)} ms`);
}
