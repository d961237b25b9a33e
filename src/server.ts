import type { Server as HttpServer } from 'node:http';
import type { MakingDatabase } from './adapters/embedded-postgres/data-directory.js';
import { type Chat, type ChatWorker, startChat } from './chat.js';
import type { Config } from './config.js';
import { allOf, type Stop } from './wiring/stopping.js';

/** A chat on an HTTP server of its own, as `npm start` runs it. */
export interface Server {
  readonly url: string;
  /** The address of the page that people open. */
  readonly page: string;
  readonly chat: Chat;
  readonly http: HttpServer;
  stop(): Promise<void>;
}

/**
 * @param signal ends the start.
 * @param making is told when a database is made first.
 * @throws the signal's reason; what does not fit, in a sentence.
 */
export async function startServer(
  config: Config,
  signal: AbortSignal,
  making?: MakingDatabase,
  worker?: ChatWorker,
): Promise<Server> {
  const chat = await startChat(config, signal, making, worker);
  const stops: Stop[] = [chat.stop];
  const stop = (): Promise<void> => allOf(stops.map((each) => each()));
  try {
    const http = await chat.openHttpServer();
    stops.push(() => http.close());
    await chat.attach(http.server);
    const url = await http.listen({ port: config.port, host: addressOf(config.host) });
    return { url, page: `${url}/`, chat, http: http.server, stop };
  } catch (error) {
    await stop().catch((failure: unknown) => chat.logger.error('server.stop_failed', failure));
    throw error;
  }
}

function addressOf(host: string): string {
  // Fastify would open a second server for the other address of `localhost`.
  if (host === 'localhost') return '127.0.0.1';
  return host === '[::1]' ? '::1' : host;
}
