import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { makeDoors } from '../adapters/cluster/doors.js';
import { type Supervisor, superviseWorkers } from '../adapters/cluster/supervisor.js';
import type { MakingDatabase } from '../adapters/embedded-postgres/data-directory.js';
import { createPinoLogger, type PinoLogger } from '../adapters/pino/pino-logger.js';
import { renderTogether } from '../adapters/prometheus/prometheus-metrics.js';
import type { Config } from '../config.js';
import { beginForAll } from '../wiring/begin-for-all.js';
import { createContainer } from '../wiring/container.js';
import { openPostgres } from '../wiring/postgres.js';
import { atMost, CLOSE_LIMIT_MS, inReverse, once, type Stop } from '../wiring/stopping.js';
import { TOKENS } from '../wiring/tokens.js';

const WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));
/**
 * How many connections to PostgreSQL each process may have open at once: those that serve, and single ones for other
 * purposes.
 */
const CONNECTIONS_OF_ONE = 16;
/** PostgreSQL's own default. */
const MIN_CONNECTIONS = 100;

/** Several processes that serve at one address. This process has the database and keeps them running. */
export interface Primary {
  readonly url: string;
  readonly page: string;
  readonly logger: PinoLogger;
  /** Resolves with the reason when the server cannot go on. */
  readonly failed: Promise<string>;
  /**
   * Sends all clients away over so many seconds, and ends the workers. A further call with fewer seconds shortens
   * that.
   */
  endWorkers(drainSeconds: number): Promise<void>;
  /** Ends everything else. */
  stop(): Promise<void>;
}

/**
 * Opens the database, brings its tables up to date, seeds the demo data, and then starts the workers.
 *
 * @param signal ends the start.
 * @param making is called before a database is made, which takes seconds.
 * @throws {Error} with a sentence about what keeps it from serving.
 * @throws the signal's reason when it was aborted.
 */
export async function startPrimary(
  config: Config,
  signal: AbortSignal,
  making?: MakingDatabase,
): Promise<Primary> {
  const count = config.workers === 'auto' ? availableParallelism() : (config.workers ?? 1);
  const logger = createPinoLogger({ level: config.logLevel });
  const stops: Stop[] = [];
  const stop = once(() => inReverse(stops));
  let fail: (sentence: string) => void = () => {};
  const failed = new Promise<string>((resolve) => {
    fail = resolve;
  });
  const maxConnections = Math.max(MIN_CONNECTIONS, (count + 2) * CONNECTIONS_OF_ONE);
  try {
    const postgres = await openPostgres(config, process.env, { logger, signal, making, maxConnections });
    stops.push(postgres.stop);
    signal.throwIfAborted();
    const container = createContainer(config, postgres, logger, { labels: { worker: 'primary' } });
    const storage = container.get(TOKENS.storage);
    stops.push(storage.release, () => atMost(CLOSE_LIMIT_MS, storage.close()));
    const { takenOver } = await storage.claim(signal, false);
    void takenOver.then(() => fail('another server serves this database now'));
    signal.throwIfAborted();
    await storage.migrate();
    signal.throwIfAborted();
    stops.push(await beginForAll(config, container, logger));
    const doors = await makeDoors();
    stops.push(doors.remove);
    const metrics = container.get(TOKENS.prometheus);
    const { databaseUrl, migrationUrl } = postgres;
    const supervisor: Supervisor = superviseWorkers({
      count,
      exec: WORKER,
      serving: { port: config.port, databaseUrl, migrationUrl, directory: doors.directory },
      logger,
      passOn: logger.passOn,
      answer: (question) =>
        question === 'hasRoom' ? postgres.hasRoom() : renderAll(metrics.values(), supervisor),
      failed: fail,
    });
    stops.push(() => supervisor.stop(0));
    const listening = await firstOf(supervisor.listening, failed, signal);
    return { ...listening, logger, failed, endWorkers: supervisor.stop, stop };
  } catch (error) {
    await stop().catch((failure: unknown) => logger.error('server.stop_failed', failure));
    throw error;
  }
}

async function renderAll(own: Promise<readonly object[]>, supervisor: Supervisor): Promise<string> {
  const answers = await supervisor.ask('metrics');
  return renderTogether([await own, ...(answers as (readonly object[])[])]);
}

function firstOf<Listening>(
  listening: Promise<Listening>,
  failed: Promise<string>,
  signal: AbortSignal,
): Promise<Listening> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
    if (signal.aborted) reject(signal.reason);
    void listening.then(resolve);
    void failed.then((sentence) => reject(new Error(sentence)));
  });
}
