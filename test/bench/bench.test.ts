import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { patiently, REPOSITORY } from '../support/server-process.js';

const TEST_LIMIT_MS = 120_000;
const PROGRAMS = join(REPOSITORY, 'node_modules', '.cache', 'bench', `programs-of-test-${process.pid}`);
const ENTRIES = ['main', 'generator/main', 'servers/relay', 'servers/probe', 'servers/memory-walk'];

/** As `npm run bench` does, into a folder of this test's own: a benchmark may be running at this moment. */
beforeAll(async () => {
  await build({
    absWorkingDir: REPOSITORY,
    entryPoints: ENTRIES.map((entry) => `bench/${entry}.ts`),
    outbase: 'bench',
    outdir: PROGRAMS,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
});

afterAll(() => rm(PROGRAMS, { recursive: true, force: true }));

interface Figures {
  readonly quick: boolean;
  readonly ratios: readonly { readonly name: string; readonly value: number }[];
  readonly postgres: { readonly settings: Readonly<Record<string, string>> };
  readonly figures: { readonly medians: unknown };
}

async function newOutput(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'chat-bench-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

function launch(output: string, ...groups: string[]): ChildProcess & { readonly said: string[] } {
  const parameters = ['--expose-gc', join(PROGRAMS, 'main.js'), ...groups, '--quick', '--output', output];
  const child = spawn(process.execPath, parameters, { cwd: REPOSITORY, stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  child.stdout.on('data', (data) => said.push(String(data)));
  child.stderr.on('data', (data) => said.push(String(data)));
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  return Object.assign(child, { said });
}

async function readFigures(output: string, group: string): Promise<Figures> {
  return JSON.parse(await readFile(join(output, `${group}.json`), 'utf8')) as Figures;
}

/** Every number below a value; JSON has null for what is none. */
function leavesOf(value: unknown): readonly unknown[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(leavesOf);
  return typeof value === 'string' ? [] : [value];
}

/** Processes of this user that the text is in the command line of. */
async function processesOf(text: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  const lines = pids.map(
    async (pid) => [pid, await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')] as const,
  );
  return (await Promise.all(lines)).filter(([, line]) => line.includes(text)).map(([pid]) => pid);
}

describe.runIf(process.platform === 'linux')('npm run bench', () => {
  it(
    'measures the relay and the product, every message delivered once, and leaves nothing behind',
    async () => {
      const output = await newOutput();
      const bench = launch(output, 'send', 'connect', 'failures');

      const [code] = await once(bench, 'close');

      expect(code, bench.said.join('')).toBe(0);
      for (const group of ['send', 'connect', 'failures']) {
        const { quick, ratios, postgres, figures } = await readFigures(output, group);
        expect(quick).toBe(true);
        expect(postgres.settings).toMatchObject({ fsync: 'on', synchronous_commit: 'on' });
        expect(ratios.length).toBeGreaterThan(2);
        expect(
          [...leavesOf(ratios), ...leavesOf(figures.medians)].filter((leaf) => !Number.isFinite(leaf)),
        ).toEqual([]);
        expect(await readFile(join(output, `${group}.svg`), 'utf8')).toMatch(/^<svg .*<\/svg>\n$/s);
      }
      expect(await processesOf(PROGRAMS)).toEqual([]);
      expect(await processesOf(`run-${bench.pid}/`)).toEqual([]);
    },
    TEST_LIMIT_MS,
  );

  it(
    'ends what it has started when it is told to end',
    async () => {
      const bench = launch(await newOutput(), 'send');
      const own = join(REPOSITORY, 'node_modules', '.cache', 'bench', `run-${bench.pid}`);
      // By its file: where root alone may enter, PostgreSQL is not told its directory by name.
      const postgres = expect.stringMatching(/postmaster\.pid$/);
      await patiently(async () => expect(await readdir(own, { recursive: true })).toContainEqual(postgres));

      bench.kill('SIGINT');
      const [code] = await once(bench, 'close');

      expect(code, bench.said.join('')).toBe(130);
      expect(await processesOf(PROGRAMS)).toEqual([]);
      expect(await processesOf(own)).toEqual([]);
      await expect(readdir(own)).rejects.toThrow('ENOENT');
    },
    TEST_LIMIT_MS,
  );
});
