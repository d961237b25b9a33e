#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { createHttpServer, PAGE_FILE } from './adapters/http/http-server.js';
import { type Chat, startChat } from './chat.js';
import { type Config, ConfigError, readConfig } from './config.js';

/** A clean stop that takes longer is cut short. */
const SHUTDOWN_LIMIT_MS = 5_000;
const PAGE_DIRECTORY = fileURLToPath(new URL('./page', import.meta.url));

interface Running {
  readonly url: string;
  readonly chat: Chat;
  stop(): Promise<void>;
}

async function start(config: Config): Promise<Running> {
  const chat = await startChat(config);
  const { logger, ready } = chat;
  const http = await createHttpServer({ pageDirectory: PAGE_DIRECTORY, ready, logger });
  const stop = async (): Promise<void> => {
    await chat.stop();
    await http.close();
  };
  try {
    chat.attach(http.server);
    // Fastify would open a second server for the other address of `localhost`.
    const host = config.host === 'localhost' ? '127.0.0.1' : config.host;
    const url = await http.listen({ port: config.port, host });
    return { url, chat, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** For people at a terminal; the log goes to the standard output. */
function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function explain(error: unknown, config: Config | undefined): string {
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return `PORT ${config?.port} is in use by another program`;
  }
  return error instanceof Error ? error.message : String(error);
}

function stopOnSignals(running: Running): void {
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    // The second one means it.
    if (stopping) process.exit(1);
    stopping = true;
    running.chat.logger.info('server.stopping', { signal });
    setTimeout(() => process.exit(1), SHUTDOWN_LIMIT_MS).unref();
    running.stop().then(
      () => {
        running.chat.logger.info('server.stopped');
        process.exit(0);
      },
      (error: unknown) => {
        running.chat.logger.error('server.stop_failed', error);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}

async function main(): Promise<void> {
  let config: Config | undefined;
  try {
    config = readConfig(process.env);
    const running = await start(config);
    stopOnSignals(running);
    const page = `${running.url}/${PAGE_FILE}`;
    running.chat.logger.info('server.listening', { url: running.url, page });
    say(`Consultation chat is running. Open ${page} in two tabs. Ctrl-C stops it.`);
    if (config.databaseUrl === null) {
      say(`Demo data, no authentication: only this machine can connect. Data is in ${config.dataDir}.`);
    }
  } catch (error) {
    say(`Cannot start: ${explain(error, config)}`);
    if (!(error instanceof ConfigError) && config?.logLevel === 'debug') say(String((error as Error).stack));
    process.exit(1);
  }
}

await main();
