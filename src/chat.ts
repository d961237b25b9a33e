import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { startEmbeddedPostgres } from './adapters/embedded-postgres/embedded-postgres.js';
import type { HttpSite, OpenHttpServer } from './adapters/http/http-server.js';
import { createPinoLogger, type PinoLogger } from './adapters/pino/pino-logger.js';
import type { Database } from './adapters/prisma/database.js';
import { type DatabaseUrls, prepareDatabase } from './adapters/prisma/migrations.js';
import { type ProcessLock, takeProcessLock } from './adapters/prisma/process-lock.js';
import { createReadinessProbe } from './adapters/prisma/readiness.js';
import { verifySchema, verifySessions } from './adapters/prisma/requirements/verify.js';
import { servingRoleOf } from './adapters/prisma/serving-privileges.js';
import { ignoredVariables } from './adapters/prisma/url-only-client.js';
import { createWriteProbe } from './adapters/prisma/write-probe.js';
import type { ChatServer } from './adapters/socketio/chat-server.js';
import { attachToHttpServer } from './adapters/socketio/http-attachment.js';
import type { Logger } from './application/ports/logger.js';
import type { Config } from './config.js';
import { createContainer } from './wiring/container.js';
import { TOKENS } from './wiring/tokens.js';

/** How long stopping waits for jobs and requests under way, and for the database to say goodbye, in ms. */
const WORK_LIMIT_MS = 1_200;
const DISCONNECT_LIMIT_MS = 300;
/** How long stopping waits until it stands in the access log who has left with it, in ms. */
const LEAVES_LIMIT_MS = 400;

/** A chat that serves: its database is there, its jobs run, and its sockets can be attached to HTTP servers. */
export interface Chat {
  readonly io: ChatServer;
  readonly logger: Logger;
  attach(server: HttpServer | HttpsServer): void;
  /** An HTTP server of the chat's own, not listening yet, and not attached to. Whoever opens it closes it. */
  openHttpServer(site: Omit<HttpSite, 'ready'>): ReturnType<OpenHttpServer>;
  /** Resolves when another process has taken the database over, and this chat has therefore begun to stop by itself. */
  readonly takenOver: Promise<void>;
  /** Stops the ticker, and the notices at the moments when a schedule opens or closes. */
  stopAnnouncing(): Promise<void>;
  /**
   * Ends jobs, connections and database, in this order, and awaits what is under way for as long as the database may
   * still answer; within 5 s altogether. Repeating it does nothing.
   */
  stop(): Promise<void>;
}

interface OpenedDatabase extends DatabaseUrls {
  /** Whether its disk has room, as far as that can be seen from here. */
  hasRoom(): Promise<boolean>;
  stop(): Promise<void>;
}

interface OwnDatabase extends OpenedDatabase {
  /** Says that no other process serves it. */
  readonly lock: ProcessLock;
}

/**
 * Starts everything but the HTTP server.
 *
 * @param signal gives the start up at its next step, nothing left behind; a chat that has started does not listen to it.
 * @throws when the database cannot be opened or migrated, and the signal's reason.
 */
export async function startChat(config: Config, signal?: AbortSignal): Promise<Chat> {
  const logger = createPinoLogger({ level: config.logLevel });
  const postgres = await openPostgres(config, logger);
  let lock: ProcessLock | undefined;
  try {
    signal?.throwIfAborted();
    lock = await takeProcessLock({ databaseUrl: postgres.databaseUrl, logger, signal });
    return await startOn({ ...postgres, lock }, config, logger, signal);
  } catch (error) {
    await lock?.release();
    await postgres.stop();
    throw error;
  }
}

async function openPostgres(config: Config, logger: Logger): Promise<OpenedDatabase> {
  if (config.databaseUrl === null) return startEmbeddedPostgres({ dataDir: config.dataDir, logger });
  const variables = ignoredVariables(process.env);
  if (variables.length > 0) logger.warn('database.variables_ignored', { variables: variables.join(',') });
  const { databaseUrl, databaseMigrationUrl: migrationUrl } = config;
  return { databaseUrl, migrationUrl, hasRoom: async () => true, stop: async () => {} };
}

/** What somebody who can read and write as the server could do to the log. */
async function warnOfPower(database: Database, logger: Logger): Promise<void> {
  const { owner, superuser } = await servingRoleOf(database.pool);
  if (owner || superuser) logger.warn('database.role_owns_log', { owner, superuser });
}

/** Migrates the database, and verifies through the connections that will serve what the code relies on. */
async function prepare(database: Database, urls: DatabaseUrls, logger: Logger): Promise<void> {
  try {
    await verifySessions(database);
    const { applied, mended } = await prepareDatabase(urls);
    if (applied.length > 0) logger.info('database.migrated', { migrations: applied.join(',') });
    if (mended.length > 0) logger.warn('database.sequences_mended', { columns: mended.join(',') });
    await verifySchema(database);
  } catch (error) {
    await database.$disconnect();
    throw error;
  }
}

async function startOn(
  postgres: OwnDatabase,
  config: Config,
  logger: PinoLogger,
  signal: AbortSignal | undefined,
): Promise<Chat> {
  const container = createContainer(config, postgres.databaseUrl, logger);
  const database = container.get(TOKENS.database);
  const accessLog = container.get(TOKENS.accessLog);
  signal?.throwIfAborted();
  await prepare(database, postgres, logger);
  await warnOfPower(database, logger);
  const probe = createReadinessProbe(postgres.databaseUrl, createWriteProbe(database.health));

  signal?.throwIfAborted();
  const { jobs } = container.get(TOKENS.application);
  const transport = container.get(TOKENS.transport);
  const scheduler = container.get(TOKENS.scheduler);
  const io = container.get(TOKENS.io);
  if (config.auth.mode === 'demo') logger.warn('identity.demo_mode');
  if (config.databaseUrl === null) await jobs.seedDemoData();

  const doctorReady = scheduler.every(config.doctorReadyIntervalMs, {
    name: 'doctor-ready',
    run: jobs.announceAvailability,
  });
  const heads = scheduler.every(config.doctorReadyIntervalMs, {
    name: 'consultation-heads',
    run: jobs.announceHeads,
  });
  const expirySweep = scheduler.every(config.expirySweepIntervalMs, {
    name: 'expiry-sweep',
    run: async () => {
      await jobs.expireConsultations();
    },
  });

  const stopAnnouncing = async (): Promise<void> => {
    await Promise.all([doctorReady.stop(), jobs.stopAnnouncing()]);
  };

  const stop = once(async () => {
    const ended = [stopAnnouncing(), heads.stop(), expirySweep.stop(), transport.close()];
    await atMost(WORK_LIMIT_MS, Promise.all(ended));
    await accessLog.settle(LEAVES_LIMIT_MS);
    await atMost(DISCONNECT_LIMIT_MS, Promise.all([database.$disconnect(), probe.close()]));
    // Last of all: whoever waits for it may store at once.
    await postgres.lock.release();
    await postgres.stop();
  });
  const takenOver = postgres.lock.takenOver.then(() => {
    stop().catch((error: unknown) => logger.error('server.stop_failed', error));
  });

  return {
    io,
    logger,
    takenOver,
    attach: (server) => attachToHttpServer(io, server),
    openHttpServer: (site) =>
      container.get(TOKENS.openHttpServer)({
        ...site,
        ready: async () => postgres.lock.isHeld() && (await postgres.hasRoom()) && (await probe.ready()),
      }),
    stopAnnouncing,
    stop,
  };
}

/** Resolves when the work is done, or when it has taken too long. @throws what the work throws in time. */
async function atMost(limitMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  try {
    await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

function once(task: () => Promise<void>): () => Promise<void> {
  let started: Promise<void> | undefined;
  return () => {
    started ??= task();
    return started;
  };
}
