import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

/** A Redis of the benchmark's own: in memory alone, on a free port of 127.0.0.1. */
export interface BenchRedis {
  readonly url: string;
  stop(): Promise<void>;
}

/** A relay that falls behind must not be cut off: it is measured how much it costs, not when it fails. */
const UNBOUNDED = ['--client-output-buffer-limit', 'pubsub 0 0 0'];
const READY = 'Ready to accept connections';

/** @returns null where `redis-server` is not installed. */
export async function startRedis(directory: string): Promise<BenchRedis | null> {
  const port = await freePort();
  const settings = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    directory,
    '--save',
    '',
    ...UNBOUNDED,
  ];
  const redis = spawn('redis-server', settings, { stdio: ['ignore', 'pipe', 'ignore'] });
  if (!(await isReady(redis))) return null;
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: async () => {
      if (redis.exitCode !== null || redis.signalCode !== null) return;
      redis.kill('SIGTERM');
      await once(redis, 'exit');
    },
  };
}

function isReady(redis: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    redis.once('error', () => resolve(false));
    redis.once('exit', () => resolve(false));
    if (redis.stdout === null) return;
    createInterface({ input: redis.stdout }).on('line', (line) => {
      if (line.includes(READY)) resolve(true);
    });
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('the system gave no free port');
  return address.port;
}
