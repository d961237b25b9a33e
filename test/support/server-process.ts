import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, readFile, realpath, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { io as connectSocket, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { afterAll, expect, inject, vi } from 'vitest';
import { endLeftover, findLeftover } from '../../src/adapters/embedded-postgres/leftover.js';
import { environment } from '../../src/config.js';

const run = promisify(execFile);
export const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
/** What users run. */
export const MAIN = join(REPOSITORY, 'dist', 'main.js');

/**
 * Room for what a start leaves behind, in MB: Node begins with one, and copies what lives each time that it is full, which
 * took a fifth of a start. Node's own option, so that it is there before the heap is.
 */
const YOUNG_GENERATION = ['--min-semi-space-size=32', '--max-semi-space-size=32'];

/** How long a start, a log line or an end is waited for, in ms: generous, because machines are slow at times. */
export const PATIENCE_MS = 75_000;

/** For a whole test, in ms: it may start several servers while others do, too. */
const TEST_LIMIT_MS = 240_000;

/** What the server reads; a test's server has only what the test gives. */
const VARIABLES = Object.keys(environment.shape);
/** What tells who somebody is. */
const KEYS = ['CHAT_AUTH', 'CHAT_JWT_SECRET', 'CHAT_JWKS_URL'];

export interface LogLine {
  readonly level: string;
  readonly time: string;
  readonly event: string;
  readonly [field: string]: unknown;
}

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ProcessOptions {
  /** On a `DATABASE_URL` without any of `KEYS`, the server is in demo mode; set one, to an empty value perhaps, for another. */
  readonly env?: Readonly<Record<string, string>>;
  /** The program and its arguments; the built server, in a few files that load faster, when left out. */
  readonly command?: readonly [string, ...string[]];
}

/** A process that may serve or end, in a process group of its own. */
export interface LaunchedProcess {
  readonly pid: number;
  readonly exited: Promise<Ending>;
  /** Lines so far. */
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  /** The log so far: the standard output's lines that are JSON. */
  log(): LogLine[];
  /** The first line of that event, past ones too. @throws when the process ends without it. */
  logged(event: string): Promise<LogLine>;
  /** Whether somebody reads the standard output; somebody does at first. */
  readsLog(isRead: boolean): void;
  /** To the process alone, or to its whole group as a terminal's Ctrl-C. Resolves at once. */
  kill(signal: NodeJS.Signals, to?: 'process' | 'group'): void;
  /** SIGTERM, and its end. */
  stop(): Promise<Ending>;
}

export interface ServerProcess extends LaunchedProcess {
  readonly url: string;
}

export interface Servers {
  /** An empty directory; a PostgreSQL that is on it at the end is ended. */
  newDataDir(): Promise<string>;
  /**
   * A data directory as a server has left it that laid its demo data, for tests of something else than a first start:
   * it saves them making a cluster. Only in tests that have a PostgreSQL of their run.
   */
  usedDataDir(): Promise<string>;
  /** Starts on a free port and waits until it listens. */
  start(options?: ProcessOptions): Promise<ServerProcess>;
  launch(options?: ProcessOptions): LaunchedProcess;
  /** A connected third-party client: untyped, on a connection of its own, that does not come back by itself. */
  connect(url: string, options?: Partial<ManagerOptions & SocketOptions>): Promise<Socket>;
}

/** Servers of one test file, at the top level of it: whatever still runs when its tests are over is ended. */
export function openServers(): Servers {
  vi.setConfig({ testTimeout: TEST_LIMIT_MS, hookTimeout: TEST_LIMIT_MS });
  const dataDirs: string[] = [];
  const processes: LaunchedProcess[] = [];
  const sockets: Socket[] = [];

  afterAll(async () => {
    for (const socket of sockets) socket.disconnect();
    for (const launched of processes) launched.kill('SIGKILL', 'group');
    await Promise.all(processes.map(({ exited }) => exited));
    for (const dataDir of dataDirs) {
      await endPostgresOf(dataDir);
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
    }
  });

  const launch = (options: ProcessOptions = {}): LaunchedProcess => {
    const launched = launchProcess(options);
    processes.push(launched);
    return launched;
  };
  const newDataDir = async (): Promise<string> => {
    const dataDir = await realpath(await mkdtemp(join(tmpdir(), 'chat-e2e-')));
    dataDirs.push(dataDir);
    return dataDir;
  };
  const start = async (options?: ProcessOptions): Promise<ServerProcess> => {
    const launched = launch(options);
    const { url } = await launched.logged('server.listening');
    return { ...launched, url: String(url) };
  };
  return {
    launch,
    newDataDir,
    usedDataDir: async () => {
      const used = await usedDataDirOfRun(async (dataDir) => {
        const server = await start({ env: { DATA_DIR: dataDir } });
        await server.stop();
      });
      const dataDir = await newDataDir();
      await run('cp', ['-a', `${used}/.`, dataDir]);
      return dataDir;
    },
    start,
    connect: async (url, options) => {
      const socket = connectSocket(url, { forceNew: true, reconnection: false, ...options });
      sockets.push(socket);
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve);
        socket.once('connect_error', reject);
      });
      return socket;
    },
  };
}

/** One for the whole run, made by whoever needs it first; everybody else waits for it. */
async function usedDataDirOfRun(use: (dataDir: string) => Promise<void>): Promise<string> {
  const { runDirectory } = inject('testPostgres');
  const used = join(runDirectory, 'used-data');
  const unfinished = join(runDirectory, 'used-data.unfinished');
  const isFirst = await mkdir(unfinished).then(
    () => true,
    () => false,
  );
  if (isFirst) {
    await use(unfinished);
    await rename(unfinished, used);
    // Nobody takes it for one that has yet to be made.
    await mkdir(unfinished);
  }
  await patiently(() => access(used));
  return used;
}

function environmentWith(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !VARIABLES.includes(name));
  const isDemo = !KEYS.some((name) => name in env);
  return {
    ...Object.fromEntries(inherited),
    PORT: '0',
    // Who stops a server mostly means at once.
    DRAIN_SECONDS: '0',
    // Tests of other things send faster than people do.
    ...(isDemo ? { RATE_LIMITS: 'off' } : {}),
    ...(isDemo && 'DATABASE_URL' in env ? { CHAT_AUTH: 'demo' } : {}),
    ...env,
  };
}

function builtServer(): readonly [string, ...string[]] {
  // Undefined where no project runs that bundles it.
  const program = inject('program') ?? null;
  return program === null ? [process.execPath, MAIN] : [process.execPath, ...YOUNG_GENERATION, program];
}

function launchProcess({ env = {}, command = builtServer() }: ProcessOptions): LaunchedProcess {
  const [program, ...parameters] = command;
  const child = spawn(program, parameters, {
    cwd: REPOSITORY,
    env: environmentWith(env),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} could not be started`);
  const stdout = collectLines(child.stdout);
  const stderr = collectLines(child.stderr);
  let ended: Ending | undefined;
  // Not `exit`: what the process has written is read to its end first.
  const exited = once(child, 'close').then(([code, signal]): Ending => {
    ended = { code, signal };
    return ended;
  });
  const log = logOf(stdout);
  const kill: LaunchedProcess['kill'] = (signal, to = 'process') => {
    if (ended === undefined) signalIfAlive(to === 'group' ? -pid : pid, signal);
  };
  return {
    pid,
    exited,
    stdout,
    stderr,
    log,
    readsLog: (isRead) => {
      if (isRead) child.stdout.resume();
      else child.stdout.pause();
    },
    kill,
    logged: (event) =>
      patiently(() => {
        const line = log().find((candidate) => candidate.event === event);
        if (line !== undefined) return line;
        if (ended === undefined) throw new Error(`${event} was not logged`);
        return new Error(`ended with ${JSON.stringify(ended)} before ${event}: ${stderr.join('\n')}`);
      }).then((found) => {
        if (found instanceof Error) throw found;
        return found;
      }),
    stop: () => {
      kill('SIGTERM');
      return exited;
    },
  };
}

/** Reads each line once, since a log of many is asked for often. */
function logOf(stdout: readonly string[]): () => LogLine[] {
  const log: LogLine[] = [];
  let read = 0;
  return () => {
    for (; read < stdout.length; read += 1) {
      const line = stdout[read];
      if (line?.startsWith('{')) log.push(JSON.parse(line));
    }
    return [...log];
  };
}

function collectLines(stream: ChildProcess['stdout']): string[] {
  const lines: string[] = [];
  if (stream !== null) createInterface({ input: stream }).on('line', (line) => lines.push(line));
  return lines;
}

/** Tries until it does not throw. */
export function patiently<Result>(
  attempt: () => Result | Promise<Result>,
  timeout = PATIENCE_MS,
): Promise<Result> {
  return vi.waitFor(attempt, { timeout, interval: 20 });
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

export async function untilGone(pid: number): Promise<void> {
  await patiently(() => expect(isAlive(pid)).toBe(false));
}

function clusterOf(dataDir: string): string {
  return join(dataDir, 'postgres', 'data');
}

async function endPostgresOf(dataDir: string): Promise<void> {
  const leftover = await findLeftover(clusterOf(dataDir));
  if (leftover !== undefined) await endLeftover(clusterOf(dataDir), leftover);
}

/** The embedded PostgreSQL that runs on this data directory. */
export async function postmasterOf(dataDir: string): Promise<number> {
  const pid = await findLeftover(clusterOf(dataDir));
  if (pid === undefined) throw new Error(`no PostgreSQL runs on ${dataDir}`);
  return pid;
}

/** Its URL: of the tables' owner, or of the role that serves, as the server has it. */
export async function databaseUrlOf(dataDir: string, role: 'owner' | 'server' = 'owner'): Promise<string> {
  const password = (await readFile(join(dataDir, 'postgres', `${role}-password`), 'utf8')).trim();
  const port = (await readFile(join(clusterOf(dataDir), 'postmaster.pid'), 'utf8')).split('\n')[3];
  return `postgresql://chat_${role}:${password}@127.0.0.1:${port}/chat`;
}

/**
 * Signals all processes of the embedded PostgreSQL, the postmaster first: stopped or dead, it has no new ones. The
 * children are looked up before that, because those of a dead one are nobody's.
 *
 * @returns their ids.
 */
export async function signalPostgres(
  dataDir: string,
  signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT',
): Promise<readonly number[]> {
  const postmaster = await postmasterOf(dataDir);
  const { stdout } = await run('pgrep', ['-P', String(postmaster)]).catch(() => ({ stdout: '' }));
  const children = stdout.split('\n').filter(Boolean).map(Number);
  const all = [postmaster, ...children];
  for (const pid of all) signalIfAlive(pid, signal);
  return all;
}

/** To a process that may have ended by itself. */
export function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has.
  }
}
