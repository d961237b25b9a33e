import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { reachesOf } from './surroundings.js';

const SOURCES = fileURLToPath(new URL('../../src', import.meta.url));

/** The edges of the product: what stands here may read the clock, throw dice, wait and look at the environment. */
const EDGES = [
  /^adapters\//,
  // The wiring: the environment, and the limits of a clean stop.
  /^(chat|index|cli\/[\w-]+|wiring\/stopping)\.ts$/,
  // What the client library takes from its host, in one place that tests replace.
  /^client\/environment\.ts$/,
  // The pages and the element are programs of their own, in a browser; `room`, which they use, is none.
  /^(page|element|people)\//,
];

describe('time, chance, timers and the environment', () => {
  it('come into the core through ports only', async () => {
    const files = (await readdir(SOURCES, { recursive: true }))
      .map((name) => name.split(sep).join('/'))
      .filter((name) => name.endsWith('.ts') && !EDGES.some((edge) => edge.test(name)));

    const texts = await Promise.all(files.map((name) => readFile(join(SOURCES, name), 'utf8')));

    expect(files.length).toBeGreaterThan(40);
    expect(files.flatMap((name, index) => reachesOf(name, texts[index] ?? ''))).toEqual([]);
  });

  it.each([
    ['const at = Date.now();', 'Date.now'],
    [`const at = Date['now']();`, 'Date.now'],
    ['const at = globalThis.Date.now();', 'Date.now'],
    ['const read = Date.now;', 'Date.now'],
    ['const at = new Date();', 'new Date()'],
    ['const at = new Date;', 'new Date()'],
    ['const at = Date();', 'new Date()'],
    ['const at = DateTime.now();', 'DateTime.now'],
    ['const at = performance.now();', 'performance.now'],
    ['const id = crypto.randomUUID();', 'randomUUID'],
    [`import { randomUUID as fresh } from 'node:crypto';`, 'randomUUID'],
    ['const dice = Math.random();', 'Math.random'],
    ['setTimeout(() => {}, 1);', 'setTimeout'],
    ['globalThis.setInterval(() => {}, 1);', 'setInterval'],
    [`import { setImmediate as turn } from 'node:timers/promises';`, 'setImmediate'],
    ['const timers = { setTimeout };', 'setTimeout'],
    ['const port = process.env.PORT;', 'process.env'],
    ['const { PORT } = globalThis.process.env;', 'process.env'],
  ])('%s is seen', (planted, what) => {
    expect(reachesOf('planted.ts', planted)).toEqual([{ file: 'planted.ts', line: 1, what }]);
  });

  it.each([
    'environment.setTimeout(run, 1)',
    '({ setTimeout: 1 })',
    'new Date(0)',
    'Date.UTC(2026, 0, 1)',
    'Date.parse(text)',
    '// Date.now()',
    `'new Date()'`,
  ])('%s is nothing of the kind', (harmless) => {
    expect(reachesOf('harmless.ts', harmless)).toEqual([]);
  });
});
