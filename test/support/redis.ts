import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { findFreePort } from '../../src/adapters/embedded-postgres/postgres-process.js';

const run = promisify(execFile);

/** Debian's Redis, where `.ci/run` or somebody else has installed it. */
const PROGRAM = findProgram('redis-server');

function findProgram(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((directory) => join(directory, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/**
 * Whether there is a Redis; where there is none, it says loudly what is not tested.
 *
 * @throws where there has to be one.
 */
export function hasRedis(): boolean {
  if (PROGRAM !== undefined) return true;
  if (process.env['NEIGHBOURS_REQUIRED'] !== undefined) throw new Error('redis-server is not installed');
  process.stderr.write(
    'NOT TESTED: Redis as what carries news, which is not installed here (apt-get install redis-server)\n',
  );
  return false;
}

export const REDIS_PASSWORD = 'secret @:/ of a test';

export interface RunningRedis {
  readonly url: string;
  readonly port: number;
  /** It takes connections, and answers none of them. */
  freeze(): void;
  goOn(): void;
  /** Ends every connection of a client. */
  cut(): Promise<void>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  /** At the same address. */
  start(): Promise<void>;
  /** What `redis-cli` prints. */
  ask(...command: string[]): Promise<string>;
  stop(): Promise<void>;
}

export interface RedisOptions {
  /** Lines of its configuration. */
  readonly settings?: readonly string[];
  /** In place of a password. */
  readonly password?: string | null;
  readonly isSentinel?: boolean;
}

export async function startRedis(options: RedisOptions = {}): Promise<RunningRedis> {
  const { settings = [], password = REDIS_PASSWORD, isSentinel = false } = options;
  const directory = await mkdtemp(join(tmpdir(), 'chat-redis-'));
  const port = await findFreePort();
  const file = join(directory, 'redis.conf');
  const own = [`port ${port}`, 'bind 127.0.0.1', `dir ${directory}`, ...(isSentinel ? [] : ['save ""'])];
  const locked = password === null ? ['protected-mode no'] : [`requirepass "${password}"`];
  await writeFile(file, `${[...own, ...locked, ...settings].join('\n')}\n`);
  let child: ChildProcess;

  async function start(): Promise<void> {
    child = spawn(PROGRAM ?? 'redis-server', [file, ...(isSentinel ? ['--sentinel'] : [])], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await listening(child);
  }

  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    child.kill('SIGCONT');
    await ended;
  }

  const ask = (...command: string[]): Promise<string> => askRedis(port, password, command);
  await start();
  const credentials = password === null ? '' : `:${encodeURIComponent(password)}@`;
  return {
    url: `redis://${credentials}127.0.0.1:${port}`,
    port,
    freeze: () => void child.kill('SIGSTOP'),
    goOn: () => void child.kill('SIGCONT'),
    cut: async () => {
      await ask('CLIENT', 'KILL', 'TYPE', 'pubsub');
      await ask('CLIENT', 'KILL', 'TYPE', 'normal');
    },
    kill: () => end('SIGKILL'),
    start,
    ask,
    stop: async () => {
      await end('SIGKILL');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** @throws what it said when it ended instead. */
async function listening(child: ChildProcess): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      if (said.length < 10_000) said += text;
      if (/Ready to accept connections|Sentinel ID is/.test(said)) resolve();
    });
    child.once('exit', () => reject(new Error(`Redis did not start: ${said}`)));
    child.once('error', reject);
  });
}

/** Speaks to it without the library. */
async function askRedis(port: number, password: string | null, command: readonly string[]): Promise<string> {
  const env = password === null ? process.env : { ...process.env, REDISCLI_AUTH: password };
  const { stdout } = await run('redis-cli', ['-h', '127.0.0.1', '-p', String(port), ...command], { env });
  return stdout;
}

export interface TestCertificate {
  readonly certificate: string;
  readonly key: string;
  remove(): Promise<void>;
}

/** null where there is no openssl. */
export async function makeTestCertificate(): Promise<TestCertificate | null> {
  if (findProgram('openssl') === undefined) return null;
  const directory = await mkdtemp(join(tmpdir(), 'chat-redis-tls-'));
  const [certificate, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-keyout', key, '-out', certificate];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject, ...files],
    {
      stdio: 'ignore',
    },
  );
  return { certificate, key, remove: () => rm(directory, { recursive: true }) };
}
