import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { MakingDatabase } from './adapters/embedded-postgres/data-directory.js';
import { createChatCalls } from './adapters/http/calls/chat-calls.js';
import type { HttpHandler } from './adapters/http/handler/http-handler.js';
import type { OpenHttpServer } from './adapters/http/http-server.js';
import type { HttpSite } from './adapters/http/site.js';
import { createPinoLogger, type PinoLogger } from './adapters/pino/pino-logger.js';
import type { ChatServer } from './adapters/socketio/chat-server.js';
import { attachToHttpServer, type Elsewhere } from './adapters/socketio/http-attachment.js';
import { refuseOtherSocketIo } from './adapters/socketio/other-socket-io.js';
import type { Logger } from './application/ports/logger.js';
import type { Config } from './config.js';
import { SECOND_MS } from './domain/instant.js';
import type { ChatCalls } from './protocol/calls.js';
import { beginForAll } from './wiring/begin-for-all.js';
import { createContainer } from './wiring/container.js';
import { httpSiteOf } from './wiring/http-site.js';
import { openPostgres, type Postgres } from './wiring/postgres.js';
import { type RunningJobs, startJobs } from './wiring/start-jobs.js';
import {
  allOf,
  atMost,
  CLOSE_LIMIT_MS,
  inReverse,
  once,
  type Stop,
  WORK_LIMIT_MS,
} from './wiring/stopping.js';
import { TOKENS } from './wiring/tokens.js';
import type { WorkerContext } from './wiring/worker-context.js';

/** A chat that serves: its database is there, its jobs run, and its sockets can be attached to HTTP servers. */
export interface Chat {
  readonly io: ChatServer;
  /** The operations of the HTTP API, for this process. */
  readonly calls: ChatCalls;
  readonly logger: Logger;
  /**
   * Attaches the sockets to an HTTP server.
   *
   * @throws when another Socket.IO answers at the path of this one.
   */
  attach(server: HttpServer | HttpsServer): Promise<void>;
  /** What this process has counted and measured, as plain values. */
  metricValues(): Promise<readonly object[]>;
  /**
   * Opens an HTTP server of the chat's own. It does not listen yet, and the sockets are not attached to it. The
   * caller closes it.
   */
  openHttpServer(): ReturnType<OpenHttpServer>;
  /** The HTTP side for requests that arrive at a host application's server. It is made once. */
  httpHandler(): Promise<HttpHandler>;
  /** Resolves when another process has taken the database over, and this chat has therefore begun to stop. */
  readonly takenOver: Promise<void>;
  /** Stops the regular announcements, and those at the moments when a schedule opens or closes. */
  stopAnnouncing(): Promise<void>;
  /**
   * Sends the clients away evenly over so many seconds, and goes on serving them meanwhile. From now on `/readyz`
   * says no, handshakes are refused, and HTTP connections end with their next answer. Resolves when nobody is
   * connected any more, when the time is over, or when `stop` is called. Nothing but the connections has ended then.
   */
  drain(seconds: number): Promise<void>;
  /**
   * Ends jobs, connections and database, in this order. It waits for work under way as long as the database may still
   * answer, and takes at most 5 s altogether. Calling it again does nothing.
   */
  stop(): Promise<void>;
}

/** What the primary and the worker have opened already, if the chat runs in one of several workers. */
export interface ChatWorker extends WorkerContext {
  readonly logger: PinoLogger;
  readonly postgres: Postgres;
  /** Takes over the requests of connections that other workers have. */
  readonly elsewhere: Elsewhere;
}

/**
 * Starts everything but the HTTP server. What is started first is stopped last.
 *
 * @param signal ends the start at its next step, and leaves nothing behind. It has no effect on a chat that has
 *   started.
 * @param making is called before a database is made, which takes seconds.
 * @param worker given if the chat runs in one of several workers.
 * @throws when the database cannot be opened or migrated.
 * @throws the signal's reason when it was aborted.
 */
export async function startChat(
  config: Config,
  signal?: AbortSignal,
  making?: MakingDatabase,
  worker?: ChatWorker,
): Promise<Chat> {
  const logger = worker?.logger ?? createPinoLogger({ level: config.logLevel });
  const stops: Stop[] = [];
  const stopping = new AbortController();
  const stop = once(() => {
    stopping.abort();
    return inReverse(stops);
  });
  try {
    const postgres =
      worker?.postgres ?? (await openPostgres(config, process.env, { logger, signal, making }));
    stops.push(postgres.stop);
    signal?.throwIfAborted();

    const container = createContainer(config, postgres, logger, worker);
    const storage = container.get(TOKENS.storage);
    stops.push(storage.release, () => atMost(CLOSE_LIMIT_MS, storage.close()), storage.settle);
    const { takenOver } = await storage.claim(signal);
    signal?.throwIfAborted();
    await storage.migrate();
    signal?.throwIfAborted();
    const redisPeers = container.get(TOKENS.redisPeers);
    if (redisPeers !== null) {
      stops.push(redisPeers.close);
      await redisPeers.open(await storage.identity());
      signal?.throwIfAborted();
    }

    const io = container.get(TOKENS.io);
    const transport = container.get(TOKENS.transport);
    const { jobs } = container.get(TOKENS.application);
    const inProcess = container.get(TOKENS.inProcessApi);
    const ready = async () => (await postgres.hasRoom()) && (await storage.ready());
    const isCutOff = () => (redisPeers ?? storage.peers)?.isUp() === false;
    let handler: Promise<HttpHandler> | undefined;
    let running: RunningJobs | undefined;
    // This stops after the connections, so everybody has left by then.
    stops.push(() => running?.leavePeers() ?? Promise.resolve());
    stops.push(() =>
      atMost(
        WORK_LIMIT_MS,
        allOf([
          running?.stop() ?? jobs.stopAnnouncing(),
          transport.close(),
          inProcess.close(),
          handler?.then((opened) => opened.close()) ?? Promise.resolve(),
        ]),
      ),
    );
    // With workers, the primary has done it for all of them.
    if (worker === undefined) stops.push(await beginForAll(config, container, logger));
    running = startJobs(config, container, logger);

    const openSite = async <Opened>(open: (site: HttpSite) => Promise<Opened>): Promise<Opened> =>
      open({ ...(await httpSiteOf(config)), ready, isCutOff });
    return {
      io,
      calls: createChatCalls(inProcess.ask),
      logger,
      attach: async (server) => {
        await refuseOtherSocketIo(server, io.path());
        attachToHttpServer(io, server, worker?.elsewhere);
      },
      metricValues: container.get(TOKENS.prometheus).values,
      openHttpServer: () => openSite(container.get(TOKENS.openHttpServer)),
      httpHandler: () => {
        handler ??= openSite(container.get(TOKENS.openHttpHandler));
        return handler;
      },
      takenOver: takenOver.then(() => {
        stop().catch((error: unknown) => logger.error('server.stop_failed', error));
      }),
      stopAnnouncing: running.stopAnnouncing,
      drain: async (seconds) => {
        if (seconds === 0 || stopping.signal.aborted) return;
        container.get(TOKENS.draining).begin();
        logger.info('server.draining', { seconds, connections: io.sockets.sockets.size });
        await transport.drain(seconds * SECOND_MS, stopping.signal);
      },
      stop,
    };
  } catch (error) {
    await stop().catch((failure: unknown) => logger.error('server.stop_failed', failure));
    throw error;
  }
}
