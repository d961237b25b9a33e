import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { PostgresAccount } from './account.js';
import type { PostgresBinaries } from './binaries.js';
import { launchAs, nameOfWorkingDirectory, ownEnvironment } from './launch.js';

/** How long a start may take, crash recovery included, in ms. */
const START_TIMEOUT_MS = 60_000;
const READY_POLL_MS = 15;

/**
 * How long `stop` waits for a fast shutdown, and then for an immediate one, before it kills; in ms, 2 s together,
 * because a server that stops within its 5 s has much to do before.
 */
export const FAST_SHUTDOWN_MS = 1_500;
export const IMMEDIATE_SHUTDOWN_MS = 500;

/** Anybody may come to read a log, so it holds no statement with people's words, and no row in an error's DETAIL. */
const LOG_SETTINGS = {
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
  log_statement: 'none',
} as const;

const NETWORK_SETTINGS = { listen_addresses: '127.0.0.1', unix_socket_directories: '' } as const;

export interface LaunchOptions {
  readonly binaries: PostgresBinaries;
  readonly account: PostgresAccount;
  /** PostgreSQL's data directory, made by initdb. */
  readonly clusterDirectory: string;
  /** PostgreSQL's own log goes to the end of this file. */
  readonly logFile: string;
  readonly port: number;
  /** Further settings, by their names in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Aborting gives up the start, and ends what has been started. */
  readonly signal?: AbortSignal | undefined;
}

/** A PostgreSQL that accepts connections. */
export interface PostgresProcess {
  /** The process id of the postmaster, which is the leader of a process group of its own. */
  readonly pid: number;
  readonly port: number;
  /** Resolves when the postmaster is gone, for whatever reason. */
  readonly exited: Promise<void>;
  /** Ends it: fast, then immediate, then by force; within 5 s. Committed data are safe in each case. */
  stop(): Promise<void>;
}

/** PostgreSQL could not be started. `logTail` is the end of its log. */
export class PostgresStartError extends Error {
  constructor(
    message: string,
    readonly logTail: string,
  ) {
    super(message);
  }

  get isPortTaken(): boolean {
    return /Address already in use|could not bind/i.test(this.logTail);
  }

  /** Another PostgreSQL is on the data: starting up, or killed with children that have not noticed yet. */
  get isPredecessorThere(): boolean {
    return /pre-existing shared memory block|lock file ".*" already exists/i.test(this.logTail);
  }
}

/** A TCP port of 127.0.0.1 that is free at this moment. */
export async function findFreePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('The system gave no free TCP port.');
  return address.port;
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

async function spawnPostmaster(options: LaunchOptions): Promise<ChildProcess> {
  const settings = { ...LOG_SETTINGS, ...options.settings, ...NETWORK_SETTINGS, port: String(options.port) };
  const { binaries, account, clusterDirectory } = options;
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const data = await nameOfWorkingDirectory(clusterDirectory, account);
  const launch = await launchAs(account, binaries.postgres, ['-D', data, ...flags]);
  // The log is a file and not a pipe, because PostgreSQL may outlive this process, and a broken pipe must not stop it
  // then.
  const log = await open(options.logFile, 'a', 0o600);
  try {
    if (account !== undefined) await log.chown(account.uid, account.gid);
    const child = spawn(launch.command, [...launch.parameters], {
      ...launch.ids,
      cwd: clusterDirectory,
      // A process group of its own: Ctrl-C in a terminal reaches only this process, which then stops PostgreSQL in
      // order.
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: ownEnvironment(),
      windowsHide: true,
    });
    child.unref();
    // Node reports a signal that could not be sent here, too. Without a listener, that would end this process.
    child.on('error', () => {});
    await once(child, 'spawn');
    return child;
  } finally {
    await log.close();
  }
}

async function isReady(clusterDirectory: string, pid: number): Promise<boolean> {
  const text = await readFile(join(clusterDirectory, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  return lines[0]?.trim() === String(pid) && lines[7]?.trim() === 'ready';
}

async function startFailure(options: LaunchOptions, logOffset: number, what: string): Promise<Error> {
  const log = await readFile(options.logFile, 'utf8').catch(() => '');
  const tail = Buffer.from(log).subarray(logOffset).toString();
  const lines = tail.split('\n').filter((line) => line.trim() !== '');
  const telling = lines.filter((line) => /FATAL|PANIC|error while loading/.test(line)).at(-1) ?? lines.at(-1);
  const reason = telling === undefined ? what : `${what}: ${telling.replace(/^.*?(FATAL|PANIC):\s*/, '')}`;
  return new PostgresStartError(`PostgreSQL in ${options.clusterDirectory} ${reason}`, tail);
}

async function endsWithin(exited: Promise<void>, ms: number): Promise<boolean> {
  const timeout = new AbortController();
  const late = delay(ms, false, { signal: timeout.signal }).catch(() => false);
  const ended = await Promise.race([exited.then(() => true), late]);
  timeout.abort();
  return ended;
}

/**
 * Starts PostgreSQL on a prepared data directory and waits until it accepts connections.
 *
 * @throws PostgresStartError with one line when it ends before that, or is not ready within a minute.
 */
export async function launchPostgres(options: LaunchOptions): Promise<PostgresProcess> {
  const logOffset = await sizeOf(options.logFile);
  const child = await spawnPostmaster(options);
  const { pid } = child;
  if (pid === undefined) throw await startFailure(options, logOffset, 'could not be started');
  let hasExited = false;
  // If this process ends without `stop`, by an error or because its time was over, PostgreSQL must not stay behind.
  const endAlongside = (): void => {
    child.kill('SIGINT');
  };
  process.once('exit', endAlongside);
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      hasExited = true;
      process.off('exit', endAlongside);
      resolve();
    });
  });
  const stop = async (): Promise<void> => {
    if (hasExited) return;
    // From now on its end is waited for, so it has to keep this process alive, which it otherwise does not.
    child.ref();
    child.kill('SIGINT');
    if (await endsWithin(exited, FAST_SHUTDOWN_MS)) return;
    child.kill('SIGQUIT');
    if (await endsWithin(exited, IMMEDIATE_SHUTDOWN_MS)) return;
    child.kill('SIGKILL');
    await exited;
  };
  for (let waited = 0; !(await isReady(options.clusterDirectory, pid)); waited += READY_POLL_MS) {
    if (hasExited) throw await startFailure(options, logOffset, 'did not start');
    if (waited > START_TIMEOUT_MS || options.signal?.aborted === true) {
      await stop();
      options.signal?.throwIfAborted();
      throw await startFailure(options, logOffset, `was not ready within ${START_TIMEOUT_MS / 1000} s`);
    }
    await Promise.race([delay(READY_POLL_MS), exited]);
  }
  return { pid, port: options.port, exited, stop };
}

/** How often a start is tried again when another program has taken the port, or a predecessor is still running. */
const LAUNCH_ATTEMPTS = 20;
const LAUNCH_RETRY_MS = 250;

/**
 * {@link launchPostgres} on a free port, or on `port` when one is given, tried again for a few seconds while
 * somebody else takes the port first or a predecessor is still on the data.
 *
 * @param options.clearTheWay runs before each attempt, and gives up when the signal aborts, too.
 * @throws the same, and the signal's reason.
 */
export async function launchPostgresPatiently(
  options: Omit<LaunchOptions, 'port'> & {
    readonly port?: number;
    readonly clearTheWay?: (signal?: AbortSignal) => Promise<void>;
  },
): Promise<PostgresProcess> {
  for (let attempt = 1; ; attempt += 1) {
    options.signal?.throwIfAborted();
    await options.clearTheWay?.(options.signal);
    try {
      return await launchPostgres({ ...options, port: options.port ?? (await findFreePort()) });
    } catch (error) {
      const passing = error instanceof PostgresStartError && (error.isPortTaken || error.isPredecessorThere);
      if (!passing || attempt >= LAUNCH_ATTEMPTS) throw error;
      await delay(LAUNCH_RETRY_MS);
    }
  }
}
