import { timeZoneDataVersion } from '../adapters/system/time-zone-data.js';
import { ConfigError } from '../config/config-error.js';
import { type Config, readConfig } from '../config.js';
import { SECOND_MS } from '../domain/instant.js';
import type { Server } from '../server.js';
import { STOP_LIMIT_MS } from '../wiring/stopping.js';
import { say, sentenceOfError } from './say.js';
import { listenForSignals } from './signals.js';

function explain(error: unknown, config: Config | undefined): string {
  switch (error instanceof Error && 'code' in error && error.code) {
    case 'EADDRINUSE':
      return `PORT ${config?.port} is in use by another program`;
    case 'EACCES':
      return `PORT ${config?.port} may not be used by this account`;
    case 'EADDRNOTAVAIL':
    case 'EAI_AGAIN':
    case 'EINVAL':
    case 'ENOTFOUND':
      return `HOST ${config?.host} is not an address of this machine`;
    default:
      return sentenceOfError(error);
  }
}

/** Says that a database is made, because nothing else is seen for seconds, and how long the whole start has taken. */
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
  setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
}

async function stop({ chat, stop }: Server, signal: NodeJS.Signals | 'taken over'): Promise<void> {
  limitStop();
  chat.logger.info('server.stopping', { signal });
  try {
    await stop();
  } catch (error) {
    chat.logger.error('server.stop_failed', error);
    process.exit(1);
  }
  chat.logger.info('server.stopped');
  process.exit(signal === 'taken over' ? 1 : 0);
}

function announce({ chat, url, page }: Server, config: Config): void {
  chat.logger.info('server.listening', { url, page, timeZoneData: timeZoneDataVersion() });
  say(`Consultation chat is running. Open ${page} in two tabs. Ctrl-C stops it.`);
  const mode =
    config.auth.mode === 'demo' ? ['Demo mode, no authentication: only this machine can connect.'] : [];
  const data = config.databaseUrl === null ? [`Demo data is in ${config.dataDir}.`] : [];
  if (mode.length + data.length > 0) say([...mode, ...data].join(' '));
}

/** `consultation-chat start`: serves until a signal, or another server that takes the database over. Ends the process. */
export async function start(): Promise<void> {
  const stopping = new AbortController();
  const signals = listenForSignals();
  const signalled = signals.first.then((name) => {
    stopping.abort();
    return name;
  });
  let config: Config | undefined;
  let running: Server | undefined;
  void signalled.then(() => {
    if (running === undefined) limitStop();
  });
  try {
    config = readConfig(process.env);
    // Loaded now, since that takes longer than reading the settings: what is wrong with these is told at once, and a
    // signal that comes meanwhile is heard.
    const { startServer } = await import('../server.js');
    stopping.signal.throwIfAborted();
    const firstStart = tellFirstStart();
    running = await startServer(config, stopping.signal, firstStart.making);
    firstStart.done();
  } catch (error) {
    if (stopping.signal.aborted && error === stopping.signal.reason) process.exit(0);
    say(`Cannot start: ${explain(error, config)}`);
    if (!(error instanceof ConfigError) && config?.logLevel === 'debug') say(String((error as Error).stack));
    process.exit(1);
  }
  const isServing = !stopping.signal.aborted;
  if (isServing) announce(running, config);
  const takenOver = running.chat.takenOver.then((): 'taken over' => {
    say('Stopped: another server serves this database now.');
    return 'taken over';
  });
  const reason = await Promise.race([signalled, takenOver]);
  if (isServing && reason !== 'taken over') {
    await Promise.race([running.chat.drain(config.drainSeconds), signals.second, takenOver]);
  }
  await stop(running, reason);
}
