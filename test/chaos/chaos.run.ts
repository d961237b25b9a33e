import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { PEERS_KINDS, type PeersKind } from './faults/kinds.js';
import { COMPARISON_ROUNDS } from './neighbour/comparison.js';
import { formatTable } from './report.js';
import { NEIGHBOUR_MODES, type NeighbourMode, runChaos } from './run-chaos.js';

/** Of load; rest and checking come on top. */
const DEFAULT_MINUTES = 2;
/** Of a phase without the neighbour, and of one beside it. */
const DEFAULT_PHASE_SECONDS = 6;
/** Of the reconnect storm. */
const DEFAULT_CROWD = 500;
const MOST_VIOLATIONS_SHOWN = 40;
const MOST_PROCESSES = 8;

const seed = process.env['CHAOS_SEED'] || randomUUID().slice(0, 8);
const minutes = Number(process.env['CHAOS_MINUTES'] || DEFAULT_MINUTES);
const processes = Number(process.env['CHAOS_PROCESSES'] || 1);
const peers = (process.env['CHAOS_PEERS'] || 'postgres') as PeersKind;
/** What it does to others is measured on one process. */
const usualNeighbour = processes === 1 ? 'on' : 'off';
const neighbour = (process.env['CHAOS_NEIGHBOUR'] || usualNeighbour) as NeighbourMode;
const phaseSeconds = Number(process.env['CHAOS_PHASE_SECONDS'] || DEFAULT_PHASE_SECONDS);
const crowd = Number(process.env['CHAOS_CROWD'] || DEFAULT_CROWD);
const directory = fileURLToPath(new URL(`../../node_modules/.cache/chaos/${seed}`, import.meta.url));

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

test(`chaos with seed ${seed}`, async () => {
  expect(minutes, 'CHAOS_MINUTES is a number of minutes').toBeGreaterThan(0);
  expect(phaseSeconds, 'CHAOS_PHASE_SECONDS is a number of seconds').toBeGreaterThan(0);
  expect(NEIGHBOUR_MODES, 'CHAOS_NEIGHBOUR').toContain(neighbour);
  expect(processes, 'CHAOS_PROCESSES is a number of processes').toBeGreaterThan(0);
  expect(processes, 'CHAOS_PROCESSES').toBeLessThanOrEqual(MOST_PROCESSES);
  expect(PEERS_KINDS, 'CHAOS_PEERS').toContain(peers);
  if (processes > 1) expect(neighbour, 'CHAOS_NEIGHBOUR with several processes').toBe('off');
  expect(crowd, 'CHAOS_CROWD is a number of clients').toBeGreaterThan(0);
  say(`CHAOS_SEED=${seed} replays these faults; ${described()}; logs in ${directory}`);
  const options = {
    seed,
    processes,
    peers,
    loadMs: minutes * 60_000,
    neighbour,
    phaseMs: phaseSeconds * 1_000,
  };
  const result = await runChaos({ ...options, crowd, directory, say });
  say(formatTable(result.figures));
  if (result.neighbour !== null) say(`beside the neighbour:\n${formatTable(result.neighbour.figures)}`);
  say(`verdict: ${result.verdict}, violations: ${result.violations.length}, crashes: ${result.crashes}`);
  for (const { rule, kind, detail } of result.violations.slice(0, MOST_VIOLATIONS_SHOWN)) {
    say(`VIOLATION (${rule}) ${kind}: ${detail}`);
  }
  const thin = [...result.thin, ...(result.neighbour?.thin ?? [])];
  const problems = [...result.problems, ...(result.neighbour?.problems ?? [])];
  for (const spot of thin) say(`TOO THIN ${spot}`);
  for (const problem of problems) say(`PROBLEM ${problem}`);
  expect({ verdict: result.verdict, crashes: result.crashes, problems, thin }).toEqual({
    verdict: 'pass',
    crashes: 0,
    problems: [],
    thin: [],
  });
});

function described(): string {
  const comparison = `${COMPARISON_ROUNDS} times ${phaseSeconds} s without and beside the neighbour`;
  const several = processes === 1 ? '' : ` on ${processes} processes linked by ${peers}`;
  const load = `${minutes} minutes of load and faults${several}`;
  return { on: `${comparison}, then ${load}`, off: load, only: comparison }[neighbour];
}
