import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { startEmbeddedPostgres } from './adapters/embedded-postgres/embedded-postgres.js';
import type { ApiOptions } from './adapters/http/api/api.js';
import { createPinoLogger, type PinoLogger } from './adapters/pino/pino-logger.js';
import { applyMigrations } from './adapters/prisma/migrations.js';
import { createReadinessProbe } from './adapters/prisma/readiness.js';
import type { PrometheusMetrics } from './adapters/prometheus/prometheus-metrics.js';
import type { ChatServer } from './adapters/socketio/chat-server.js';
import { attachToHttpServer } from './adapters/socketio/http-attachment.js';
import { isOriginAllowed } from './adapters/socketio/origin-policy.js';
import type { IdGenerator } from './application/ports/id-generator.js';
import type { Logger } from './application/ports/logger.js';
import type { Config } from './config.js';
import { admissionOf, createContainer } from './container.js';
import { TOKENS } from './tokens.js';

/** How long stopping waits for jobs and requests under way, and for the database to say goodbye, in ms. */
const WORK_LIMIT_MS = 1_500;
const DISCONNECT_LIMIT_MS = 500;

/** A chat that serves: its database is there, its jobs run, and its sockets can be attached to HTTP servers. */
export interface Chat {
  readonly io: ChatServer;
  readonly logger: Logger;
  attach(server: HttpServer | HttpsServer): void;
  /** What the HTTP API is driven by. */
  readonly api: ApiOptions;
  readonly ids: IdGenerator;
  readonly metrics: PrometheusMetrics;
  /** Whether the database answers. */
  ready(): Promise<boolean>;
  /** Stops the ticker, and the notices at the moments when a schedule opens or closes. */
  stopAnnouncing(): Promise<void>;
  /**
   * Ends jobs, connections and database, in this order, and awaits what is under way for as long as the database may
   * still answer; within 5 s altogether. Repeating it does nothing.
   */
  stop(): Promise<void>;
}

interface OpenedDatabase {
  readonly databaseUrl: string;
  stop(): Promise<void>;
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
  try {
    return await startOn(postgres, config, logger, signal);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

async function openPostgres(config: Config, logger: Logger): Promise<OpenedDatabase> {
  if (config.databaseUrl === null) return startEmbeddedPostgres({ dataDir: config.dataDir, logger });
  return { databaseUrl: config.databaseUrl, stop: async () => {} };
}

async function startOn(
  postgres: OpenedDatabase,
  config: Config,
  logger: PinoLogger,
  signal: AbortSignal | undefined,
): Promise<Chat> {
  signal?.throwIfAborted();
  const { applied } = await applyMigrations({ databaseUrl: postgres.databaseUrl });
  if (applied.length > 0) logger.info('database.migrated', { migrations: applied.join(',') });

  signal?.throwIfAborted();
  const container = createContainer(config, postgres.databaseUrl, logger);
  const database = container.get(TOKENS.database);
  const readiness = createReadinessProbe(postgres.databaseUrl);
  const application = container.get(TOKENS.application);
  const transport = container.get(TOKENS.transport);
  const scheduler = container.get(TOKENS.scheduler);
  const io = container.get(TOKENS.io);
  if (config.auth.mode === 'demo') logger.warn('identity.demo_mode');
  if (config.databaseUrl === null) await container.get(TOKENS.seedDemoData)();

  const doctorReady = scheduler.every(config.doctorReadyIntervalMs, {
    name: 'doctor-ready',
    run: application.announceAvailability,
  });
  const heads = scheduler.every(config.doctorReadyIntervalMs, {
    name: 'consultation-heads',
    run: application.announceHeads,
  });
  const expirySweep = scheduler.every(config.expirySweepIntervalMs, {
    name: 'expiry-sweep',
    run: async () => {
      await application.expireConsultations();
    },
  });

  const stopAnnouncing = async (): Promise<void> => {
    await Promise.all([doctorReady.stop(), application.stopAnnouncing()]);
  };

  return {
    io,
    logger,
    metrics: container.get(TOKENS.prometheus),
    attach: (server) => attachToHttpServer(io, server),
    api: {
      application,
      clock: container.get(TOKENS.clock),
      isOriginAllowed: (headers) => isOriginAllowed(headers, config.corsOrigin),
      admits: admissionOf(config),
      limits:
        config.rateLimits === 'off' ? null : { ...config.limits, metrics: container.get(TOKENS.metrics) },
    },
    ids: container.get(TOKENS.ids),
    ready: readiness.ready,
    stopAnnouncing,
    stop: once(async () => {
      const jobs = [stopAnnouncing(), heads.stop(), expirySweep.stop()];
      await atMost(WORK_LIMIT_MS, Promise.all([...jobs, transport.close()]));
      await atMost(DISCONNECT_LIMIT_MS, Promise.all([database.$disconnect(), readiness.close()]));
      await postgres.stop();
    }),
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
