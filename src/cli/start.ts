import type { MakingDatabase } from '../adapters/embedded-postgres/data-directory.js';
import { PAGE_FILE } from '../adapters/http/page.js';
import { timeZoneDataVersion } from '../adapters/system/time-zone-data.js';
import type { Logger } from '../application/ports/logger.js';
import { ConfigError } from '../config/config-error.js';
import { type Config, readConfig } from '../config.js';
import { SECOND_MS } from '../domain/instant.js';
import type { Server } from '../server.js';
import { STOP_LIMIT_MS } from '../wiring/stopping.js';
import { explain } from './explain.js';
import type { Primary } from './primary.js';
import { say } from './say.js';
import { listenForSignals } from './signals.js';

/**
 * Reports that a database is being made, because otherwise nothing is seen for seconds, and how long the whole start
 * has taken.
 */
function tellFirstStart() {
  let beganAt: number | undefined;
  return {
    making: (directory: string) => {
      beganAt = performance.now();
      say(`First start: making a database in ${directory}. This takes some seconds.`);
    },
    done: () => {
      if (beganAt === undefined) return;
      say(`Made the database in ${((performance.now() - beganAt) / SECOND_MS).toFixed(1)} s.`);
    },
  };
}

function limitStop(): void {
  const cutShort = (): void => {
    say(`Stopped: the end was cut short because it took longer than ${STOP_LIMIT_MS / SECOND_MS} s.`);
    process.exit(1);
  };
  setTimeout(cutShort, STOP_LIMIT_MS).unref();
}

/** A running server that can be ended, whether this process serves itself or has workers. */
interface Serving {
  readonly url: string;
  readonly page: string;
  readonly logger: Logger;
  /** Resolves with the reason when the server cannot go on. */
  readonly over: Promise<string>;
  /** Sends the clients away over so many seconds. A further call with fewer seconds shortens that. */
  drain(seconds: number): Promise<unknown>;
  stop(): Promise<void>;
}

function servingOf({ chat, url, page, stop }: Server): Serving {
  const over = chat.takenOver.then(() => 'another server serves this database now');
  return { url, page, logger: chat.logger, over, drain: chat.drain, stop };
}

function servingBy({ url, page, logger, failed, endWorkers, stop }: Primary): Serving {
  return { url, page, logger, over: failed, drain: endWorkers, stop };
}

/**
 * Ends the process.
 *
 * @param signal undefined if nobody has asked for the end.
 */
async function stop({ logger, stop }: Serving, signal: NodeJS.Signals | undefined): Promise<never> {
  limitStop();
  logger.info('server.stopping', { signal: signal ?? 'taken over' });
  try {
    await stop();
  } catch (error) {
    logger.error('server.stop_failed', error);
    process.exit(1);
  }
  logger.info('server.stopped');
  process.exit(signal === undefined ? 1 : 0);
}

function announce({ logger, url, page }: Serving, config: Config): void {
  logger.info('server.listening', { url, page, timeZoneData: timeZoneDataVersion() });
  say(`Consultation chat is running. Open ${page} in two tabs. Ctrl-C stops it.`);
  say(`The client of developers is at ${url}/${PAGE_FILE}.`);
  const mode =
    config.auth.mode === 'demo' ? ['Demo mode, no authentication: only this machine can connect.'] : [];
  const data = config.databaseUrl === null ? [`Demo data is in ${config.dataDir}.`] : [];
  if (mode.length + data.length > 0) say([...mode, ...data].join(' '));
}

/**
 * `consultation-chat start`: serves until a signal comes, or another server takes the database over. Ends the
 * process.
 */
export async function start(): Promise<void> {
  const stopping = new AbortController();
  const signals = listenForSignals();
  const signalled = signals.first.then((name) => {
    stopping.abort();
    return name;
  });
  let config: Config | undefined;
  let serving: Serving | undefined;
  void signalled.then(() => {
    if (serving === undefined) limitStop();
  });
  try {
    config = readConfig(process.env);
    const firstStart = tellFirstStart();
    serving = await open(config, stopping.signal, firstStart.making);
    firstStart.done();
  } catch (error) {
    if (stopping.signal.aborted && error === stopping.signal.reason) process.exit(0);
    say(`Cannot start: ${explain(error, config)}`);
    if (!(error instanceof ConfigError) && config?.logLevel === 'debug') say(String((error as Error).stack));
    process.exit(1);
  }
  const isServing = !stopping.signal.aborted;
  if (isServing) announce(serving, config);
  const over = serving.over.then((reason) => {
    say(`Stopped: ${reason}.`);
    return undefined;
  });
  const signal = await Promise.race([signalled, over]);
  if (isServing && signal !== undefined) {
    await Promise.race([serving.drain(config.drainSeconds), signals.second, over]);
  }
  await stop(serving, signal);
}

/**
 * Loads the code that serves only now, because that takes longer than reading the settings. So wrong settings are
 * reported at once, and a signal that comes meanwhile is heard.
 */
async function open(config: Config, signal: AbortSignal, making: MakingDatabase): Promise<Serving> {
  if (config.workers !== null) {
    const { startPrimary } = await import('./primary.js');
    signal.throwIfAborted();
    return servingBy(await startPrimary(config, signal, making));
  }
  const { startServer } = await import('../server.js');
  signal.throwIfAborted();
  return servingOf(await startServer(config, signal, making));
}
