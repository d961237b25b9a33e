import cluster from 'node:cluster';
import { createCalls } from '../adapters/cluster/calls.js';
import { doorOf } from '../adapters/cluster/doors.js';
import { createHandOn } from '../adapters/cluster/hand-on.js';
import type {
  AskedOfPrimary,
  AskedOfWorker,
  Serving,
  ToPrimary,
  ToWorker,
} from '../adapters/cluster/messages.js';
import { openPrivateDoor } from '../adapters/cluster/private-door.js';
import { createSessionIds } from '../adapters/cluster/session-ids.js';
import { createPinoLogger } from '../adapters/pino/pino-logger.js';
import type { ChatWorker } from '../chat.js';
import { type Config, readConfig } from '../config.js';
import { type Server, startServer } from '../server.js';
import { STOP_LIMIT_MS } from '../wiring/stopping.js';
import { explain } from './explain.js';
import { heedNoLostReader } from './say.js';

/**
 * The program of a worker, which `consultation-chat start` forks if `WORKERS` is set. It serves until the primary
 * tells it to stop, or is gone.
 */

const giveUp = new AbortController();
let running: Server | undefined;
let askedToStop: ((drainSeconds: number) => void) | undefined;
/** How many seconds the end may take, as it was last said; null while nobody has asked for the end. */
let ending: number | null = null;

const calls = createCalls<ToPrimary, AskedOfPrimary, ToWorker, AskedOfWorker>(process, {
  told: (message) => {
    if (message.type === 'stop') end(message.drainSeconds);
    else void serve(message.serving);
  },
  answer: async () => running?.chat.metricValues(),
});

function end(drainSeconds: number): void {
  // Ctrl-C in a terminal reaches the primary and all workers, and counts as one request.
  if (ending !== null && drainSeconds >= ending) return;
  ending = drainSeconds;
  if (running === undefined) {
    giveUp.abort();
    setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
  }
  askedToStop?.(drainSeconds);
}

async function serve(serving: Serving): Promise<void> {
  let config: Config | undefined;
  try {
    config = readConfig(process.env);
    const handOn = createHandOn(serving);
    const worker = workerOf(serving, config, handOn);
    const server = await startServer({ ...config, port: serving.port }, giveUp.signal, undefined, worker);
    const door = await openPrivateDoor(doorOf(serving.directory, serving.worker), server.http, handOn);
    running = server;
    const { url, page } = server;
    calls.tell({ type: 'listening', url, page });
    await untilStopped(server, async () => {
      await door.close();
      handOn.close();
    });
  } catch (error) {
    if (giveUp.signal.aborted && error === giveUp.signal.reason) process.exit(0);
    calls.tell({ type: 'failed', sentence: explain(error, config) });
    // The message to the primary is sent before the process ends.
    setImmediate(() => process.exit(1));
  }
}

function workerOf(serving: Serving, config: Config, elsewhere: ChatWorker['elsewhere']): ChatWorker {
  const { worker, databaseUrl, migrationUrl } = serving;
  const logger = createPinoLogger({ level: config.logLevel, worker });
  return {
    logger,
    labels: { worker: String(worker) },
    newSessionId: createSessionIds(worker),
    renderMetrics: async () => String((await calls.ask('metrics')) ?? ''),
    postgres: {
      databaseUrl,
      migrationUrl,
      hasRoom: async () => (await calls.ask('hasRoom')) === true,
      stop: async () => {},
    },
    elsewhere,
  };
}

/** Ends the process. */
async function untilStopped(server: Server, closeDoor: () => Promise<void>): Promise<void> {
  const { chat } = server;
  const stopped = new Promise<number>((resolve) => {
    const drain = (seconds: number): void => {
      if (seconds === 0) resolve(0);
      else void chat.drain(seconds).then(() => resolve(0));
    };
    askedToStop = drain;
    if (ending !== null) drain(ending);
    // Another process has taken the database for itself alone.
    void chat.takenOver.then(() => resolve(1));
  });
  const code = await stopped;
  setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
  try {
    await Promise.all([server.stop(), closeDoor()]);
  } catch (error) {
    chat.logger.error('server.stop_failed', error);
    process.exit(1);
  }
  process.exit(code);
}

heedNoLostReader();
// A terminal sends these signals to the primary, too, which then tells the workers.
for (const name of ['SIGINT', 'SIGHUP'] as const) process.on(name, () => {});
process.on('SIGTERM', () => end(readConfig(process.env).drainSeconds));
if (cluster.worker !== undefined) {
  // Without this, Node would end the process at once when the primary is gone.
  cluster.worker.exitedAfterDisconnect = true;
  // Node itself writes to the primary, for instance to listen. If the primary is gone, that fails before `disconnect`
  // is heard, and without a listener the error would end the process.
  cluster.worker.on('error', () => {});
}
process.on('disconnect', () => end(0));
calls.tell({ type: 'hello' });
