import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { formatTable } from './report.js';
import { runChaos } from './run-chaos.js';

/** Of load; rest and checking come on top. */
const DEFAULT_MINUTES = 2;
const MOST_VIOLATIONS_SHOWN = 40;

const seed = process.env['CHAOS_SEED'] || randomUUID().slice(0, 8);
const minutes = Number(process.env['CHAOS_MINUTES'] || DEFAULT_MINUTES);
const directory = fileURLToPath(new URL(`../../node_modules/.cache/chaos/${seed}`, import.meta.url));

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

test(`chaos with seed ${seed}`, async () => {
  expect(minutes, 'CHAOS_MINUTES is a number of minutes').toBeGreaterThan(0);
  say(`CHAOS_SEED=${seed} replays these faults; ${minutes} minutes of load; logs in ${directory}`);
  const result = await runChaos({ seed, loadMs: minutes * 60_000, directory, say });
  say(formatTable(result.figures));
  say(`verdict: ${result.verdict}, violations: ${result.violations.length}, crashes: ${result.crashes}`);
  for (const { rule, kind, detail } of result.violations.slice(0, MOST_VIOLATIONS_SHOWN)) {
    say(`VIOLATION (${rule}) ${kind}: ${detail}`);
  }
  for (const spot of result.thin) say(`TOO THIN ${spot}`);
  expect({ verdict: result.verdict, crashes: result.crashes, thin: result.thin }).toEqual({
    verdict: 'pass',
    crashes: 0,
    thin: [],
  });
});
