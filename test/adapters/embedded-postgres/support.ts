import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import pg from 'pg';
import { expect, onTestFinished, vi } from 'vitest';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../../src/adapters/embedded-postgres/embedded-postgres.js';
import { endLeftover, findLeftover } from '../../../src/adapters/embedded-postgres/leftover.js';
import type { Logger } from '../../../src/application/ports/logger.js';

const run = promisify(execFile);
const OWNER_SOURCE = fileURLToPath(new URL('owner-process.ts', import.meta.url));
/** Below node_modules, so that what the bundle imports is found. */
const OWNER_BUNDLE = fileURLToPath(
  new URL(`../../../node_modules/.cache/consultation-chat/owner-${process.pid}.mjs`, import.meta.url),
);

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A logger that keeps the names of the events. */
export function recordingLogger(): Logger & { readonly events: string[] } {
  const events: string[] = [];
  const record = (event: string): void => {
    events.push(event);
  };
  return { events, debug: record, info: record, warn: record, error: record };
}

/** A data directory of the test's own; a PostgreSQL that is still on it at the end is ended. */
export async function newDataDir(): Promise<string> {
  const dataDir = await realpath(await mkdtemp(join(tmpdir(), 'chat-embedded-')));
  onTestFinished(async () => {
    await endPostgresOn(dataDir);
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  });
  return dataDir;
}

async function endPostgresOn(dataDir: string): Promise<void> {
  const clusterDirectory = join(dataDir, 'postgres', 'data');
  const leftover = await findLeftover(clusterDirectory);
  if (leftover !== undefined) await endLeftover(clusterDirectory, leftover);
}

/** A data directory as a first start and a clean stop leave it, copied from one that was made once. */
export async function usedDataDir(template: string): Promise<string> {
  const dataDir = await newDataDir();
  await run('cp', ['-a', join(template, 'postgres'), dataDir]);
  return dataDir;
}

/** Starts in this process, and stops at the end of the test. */
export async function start(dataDir: string, logger: Logger = recordingLogger()): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir, logger });
  onTestFinished(() => postgres.stop());
  return postgres;
}

export async function query(databaseUrl: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

export function lockFiles(dataDir: string): Promise<string[]> {
  return readdir(dataDir).then((names) => names.filter((name) => name.endsWith('.lock')));
}

/** A process that is taken for the postmaster of the directory and heeds nothing but SIGKILL. */
export async function standInForPostmaster(clusterDirectory: string): Promise<void> {
  const executable = join(await mkdtemp(join(tmpdir(), 'chat-stand-in-')), 'postgres');
  await copyFile('/bin/bash', executable);
  const child = spawn(executable, ['-c', 'trap "" INT QUIT; echo ready; while read -r; do :; done'], {
    cwd: clusterDirectory,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await rm(dirname(executable), { recursive: true, force: true });
  });
  await once(child.stdout, 'data');
  await writeFile(join(clusterDirectory, 'postmaster.pid'), `${child.pid}\n`);
}

/** Waits until nothing of the process is left, as its parent or init has to collect it first. */
export function untilGone(pid: number): Promise<void> {
  return vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 10_000, interval: 20 });
}

export async function bundleOwner(): Promise<void> {
  await build({
    entryPoints: [OWNER_SOURCE],
    outfile: OWNER_BUNDLE,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    logLevel: 'warning',
  });
}

export function removeOwnerBundle(): Promise<void> {
  return rm(OWNER_BUNDLE, { force: true });
}

/** Runs another server process on the directory. */
export function ownerCommand(dataDir: string): readonly [program: string, ...parameters: string[]] {
  return [process.execPath, OWNER_BUNDLE, dataDir];
}

/** Another server process; in a process group of its own, as a shell would start it. */
export function spawnOwner(dataDir: string): ChildProcess {
  const [program, ...parameters] = ownerCommand(dataDir);
  const child = spawn(program, parameters, {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  return child;
}

export interface RunningOwner {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly databaseUrl: string;
  readonly postmaster: number;
  /** The next line it writes, as JSON. */
  nextLine(): Promise<unknown>;
}

/** Another server process whose PostgreSQL is up. */
export async function startOwner(dataDir: string): Promise<RunningOwner> {
  const child = spawnOwner(dataDir);
  if (child.stdout === null || child.pid === undefined) throw new Error('The owner process did not start.');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<unknown> => {
    const line = await lines.next();
    if (line.done === true) throw new Error('The owner process ended without a word.');
    return JSON.parse(line.value);
  };
  const { databaseUrl, postmaster } = (await nextLine()) as { databaseUrl: string; postmaster: number };
  return { child, pid: child.pid, databaseUrl, postmaster, nextLine };
}

export async function killOwner(owner: RunningOwner): Promise<void> {
  owner.child.kill('SIGKILL');
  await once(owner.child, 'exit');
}
