import type { Server as HttpServer } from 'node:http';
import type { MakingDatabase } from './adapters/embedded-postgres/data-directory.js';
import { type Chat, type ChatWorker, startChat } from './chat.js';
import type { Config } from './config.js';
import { allOf, type Stop } from './wiring/stopping.js';

/** A chat on an HTTP server of its own, as `npm start` runs it. */
export interface Server {
  readonly url: string;
  /** The address of the page for people. */
  readonly page: string;
  readonly chat: Chat;
  readonly http: HttpServer;
  stop(): Promise<void>;
}

/**
 * Starts a chat on an HTTP server of its own.
 *
 * @param signal ends the start.
 * @param making is called before a database is made, which takes seconds.
 * @throws {Error} with a sentence about what is wrong.
 * @throws the signal's reason when it was aborted.
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
  // For `localhost`, Fastify would open a second server on its other address.
  if (host === 'localhost') return '127.0.0.1';
  return host === '[::1]' ? '::1' : host;
}
