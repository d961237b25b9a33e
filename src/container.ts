import type { IncomingMessage } from 'node:http';
import 'reflect-metadata';
import { Container, ContainerModule } from 'inversify';
import { createDemoAuthenticator } from './adapters/demo/demo-authenticator.js';
import { isFromThisMachine } from './adapters/demo/loopback-only.js';
import { createHostAuthenticator } from './adapters/host/host-authenticator.js';
import { createIntervalScheduler } from './adapters/interval/interval-scheduler.js';
import { createJoseAuthenticator } from './adapters/jose/jose-authenticator.js';
import { createUnlimitedRateLimiter } from './adapters/memory/rate-limiters.js';
import { createPinoLogger, type PinoLogger } from './adapters/pino/pino-logger.js';
import { createPrismaAccessLog } from './adapters/prisma/access-log.js';
import { createPrismaConsultationQueries } from './adapters/prisma/consultation-queries.js';
import { openDatabase } from './adapters/prisma/database.js';
import { createPrismaDirectory } from './adapters/prisma/directory.js';
import { createPrismaEventStore } from './adapters/prisma/event-store.js';
import { createPrismaMessageHistory } from './adapters/prisma/message-history.js';
import { createPrismaStateReader } from './adapters/prisma/state-reader.js';
import { createPrometheusMetrics, type PrometheusMetrics } from './adapters/prometheus/prometheus-metrics.js';
import { createRateLimiterFlexible } from './adapters/rate-limiter-flexible/rate-limiter.js';
import { createSocketIoBroadcaster } from './adapters/socketio/broadcaster.js';
import { createSocketIoServer } from './adapters/socketio/chat-server.js';
import { createConnectionLimits } from './adapters/socketio/connection-limits.js';
import { isOriginAllowed } from './adapters/socketio/origin-policy.js';
import { attachSocketIoTransport } from './adapters/socketio/transport.js';
import { createSystemClock } from './adapters/system/system-clock.js';
import { timeZoneDataVersion } from './adapters/system/time-zone-data.js';
import { createUuidGenerator } from './adapters/system/uuid-generator.js';
import type { Clock } from './application/ports/clock.js';
import type { Authenticator } from './application/ports/identity.js';
import type { Logger } from './application/ports/logger.js';
import type { RateLimiter } from './application/ports/rate-limiter.js';
import { applicationModule } from './application-module.js';
import type { Config } from './config.js';
import { provide } from './provide.js';
import { TOKENS } from './tokens.js';

/** What the process and its surroundings give: configuration, time, ids, the log. */
export function systemModule(config: Config, log: PinoLogger): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.config).toConstantValue(config);
    bind(TOKENS.sessionLimits).toConstantValue(config.limits);
    provide(bind, TOKENS.clock, createSystemClock, {});
    provide(bind, TOKENS.ids, createUuidGenerator, {});
    bind(TOKENS.logger).toConstantValue(log);
    const { prometheus } = TOKENS;
    provide(bind, prometheus, () => createMetrics(log), {});
    provide(bind, TOKENS.metrics, (given) => given.prometheus, { prometheus });
    provide(bind, TOKENS.rateLimiter, createRateLimiter, { config: TOKENS.config });
    provide(bind, TOKENS.scheduler, createIntervalScheduler, { logger: TOKENS.logger });
  });
}

function createMetrics(log: PinoLogger): PrometheusMetrics {
  const metrics = createPrometheusMetrics(timeZoneDataVersion());
  metrics.gauge('log_lines_dropped', log.droppedLines);
  metrics.gauge('log_bytes_waiting', log.waitingBytes);
  return metrics;
}

function createRateLimiter({ config }: { readonly config: Config }): RateLimiter {
  return config.rateLimits === 'off'
    ? createUnlimitedRateLimiter()
    : createRateLimiterFlexible(config.limits.rates);
}

/** How the server tells who somebody is. */
const identityModule: ContainerModule = new ContainerModule(({ bind }) => {
  const { config, clock, logger } = TOKENS;
  provide(bind, TOKENS.authenticator, createAuthenticator, { config, clock, logger });
});

interface AuthenticatorDependencies {
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
}

function createAuthenticator({ config: { auth }, clock, logger }: AuthenticatorDependencies): Authenticator {
  switch (auth.mode) {
    case 'demo':
      return createDemoAuthenticator();
    case 'jwt':
      return createJoseAuthenticator({ ...auth, clock, logger });
    case 'host':
      return createHostAuthenticator({ ...auth, clock, logger });
  }
}

/**
 * Whether a request may be answered at all. In demo mode, where nobody proves who they are: only one that was made on
 * this machine, and by no page of another origin, which needs no answer to do harm. Otherwise every one.
 */
export function admissionOf({ auth, corsOrigin }: Config): (request: IncomingMessage) => boolean {
  if (auth.mode !== 'demo') return () => true;
  return (request) => isFromThisMachine(request) && isOriginAllowed(request.headers, corsOrigin);
}

/** The log and the read models in the PostgreSQL at `databaseUrl`. */
export function prismaModule(databaseUrl: string): ContainerModule {
  return new ContainerModule(({ bind }) => {
    provide(bind, TOKENS.database, ({ logger }) => openDatabase({ databaseUrl, logger }), {
      logger: TOKENS.logger,
    });
    const { database } = TOKENS;
    provide(bind, TOKENS.eventStore, (given) => createPrismaEventStore(given.database, given.metrics), {
      database,
      metrics: TOKENS.metrics,
    });
    provide(bind, TOKENS.stateReader, (given) => createPrismaStateReader(given.database), { database });
    provide(bind, TOKENS.history, (given) => createPrismaMessageHistory(given.database), { database });
    provide(bind, TOKENS.queries, (given) => createPrismaConsultationQueries(given.database), { database });
    provide(bind, TOKENS.directory, (given) => createPrismaDirectory(given.database), { database });
    provide(bind, TOKENS.accessLog, createPrismaAccessLog, {
      database,
      metrics: TOKENS.metrics,
      logger: TOKENS.logger,
    });
  });
}

export const socketIoModule: ContainerModule = new ContainerModule(({ bind }) => {
  const { io, application, logger, metrics, config, rateLimiter, connectionLimits } = TOKENS;
  provide(
    bind,
    connectionLimits,
    ({ config: { limits }, ...ports }) => createConnectionLimits({ ...limits, ...ports }),
    { config, rateLimiter, metrics },
  );
  provide(
    bind,
    io,
    (given) =>
      createSocketIoServer({
        corsOrigin: given.config.corsOrigin,
        admits: admissionOf(given.config),
        connectionLimits: given.connectionLimits,
        connectWithinMs: given.config.limits.signInWithinMs,
        flooded: () => {
          given.logger.warn('connection.flood');
          given.metrics.count('connections_cut_flood_total');
        },
      }),
    { config, connectionLimits, logger, metrics },
  );
  provide(bind, TOKENS.broadcaster, (given) => createSocketIoBroadcaster(given.io), { io });
  provide(bind, TOKENS.transport, attachSocketIoTransport, {
    io,
    application,
    logger,
    metrics,
    connectionLimits,
  });
});

/**
 * The server as it runs. Nothing is connected, opened or attached before the first `get` that needs it.
 *
 * @param log the one that there is already: two of them would write into each other's lines while a reader is slow.
 */
export function createContainer(
  config: Config,
  databaseUrl: string,
  log: PinoLogger = createPinoLogger({ level: config.logLevel }),
): Container {
  const container = new Container();
  container.load(
    systemModule(config, log),
    identityModule,
    prismaModule(databaseUrl),
    socketIoModule,
    applicationModule,
  );
  return container;
}
