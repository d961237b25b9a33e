import 'reflect-metadata';
import { Container, ContainerModule } from 'inversify';
import { createDemoAuthenticator } from '../adapters/demo/demo-authenticator.js';
import { createHostAuthenticator } from '../adapters/host/host-authenticator.js';
import { createIntervalScheduler } from '../adapters/interval/interval-scheduler.js';
import { createJoseAuthenticator } from '../adapters/jose/jose-authenticator.js';
import { createUnlimitedRateLimiter } from '../adapters/memory/rate-limiters.js';
import type { PinoLogger } from '../adapters/pino/pino-logger.js';
import { createPrismaAccessLog } from '../adapters/prisma/access-log.js';
import { createPrismaConsultationQueries } from '../adapters/prisma/consultation-queries.js';
import { openDatabase } from '../adapters/prisma/database.js';
import { createPrismaDirectory } from '../adapters/prisma/directory.js';
import { createPrismaEventStore } from '../adapters/prisma/event-store.js';
import { createPrismaMessageHistory } from '../adapters/prisma/message-history.js';
import { createPrismaStateReader } from '../adapters/prisma/state-reader.js';
import {
  createPrometheusMetrics,
  type PrometheusMetrics,
} from '../adapters/prometheus/prometheus-metrics.js';
import { createRateLimiterFlexible } from '../adapters/rate-limiter-flexible/rate-limiter.js';
import { createSocketIoBroadcaster } from '../adapters/socketio/broadcaster.js';
import { createSocketIoServer } from '../adapters/socketio/chat-server.js';
import { createConnectionLimits } from '../adapters/socketio/connection-limits.js';
import { attachSocketIoTransport } from '../adapters/socketio/transport.js';
import { createSystemClock } from '../adapters/system/system-clock.js';
import { createUuidGenerator } from '../adapters/system/uuid-generator.js';
import { createApplication } from '../application/application.js';
import type { Clock } from '../application/ports/clock.js';
import type { Authenticator } from '../application/ports/identity.js';
import type { Logger } from '../application/ports/logger.js';
import type { RateLimiter } from '../application/ports/rate-limiter.js';
import type { Config } from '../config.js';
import { admissionOf } from './admission.js';
import { httpModule } from './http-module.js';
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
  const metrics = createPrometheusMetrics();
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
  provide(
    bind,
    TOKENS.transport,
    ({ application: { sessions }, ...given }) => attachSocketIoTransport({ sessions, ...given }),
    { application, io, logger, metrics, connectionLimits },
  );
});

/** The application over whatever adapters stand behind its ports. */
export const applicationModule: ContainerModule = new ContainerModule(({ bind }) => {
  const { eventStore, stateReader, history, queries, directory, accessLog } = TOKENS;
  const { broadcaster, authenticator, rateLimiter, clock, scheduler, ids, logger, metrics } = TOKENS;
  provide(
    bind,
    TOKENS.application,
    ({ sessionLimits, ...ports }) => createApplication(ports, sessionLimits),
    {
      eventStore,
      stateReader,
      history,
      queries,
      directory,
      accessLog,
      broadcaster,
      authenticator,
      rateLimiter,
      clock,
      scheduler,
      ids,
      logger,
      metrics,
      sessionLimits: TOKENS.sessionLimits,
    },
  );
});

/**
 * The server as it runs. Nothing is connected, opened or attached before the first `get` that needs it.
 *
 * @param log the only one of the process: two of them would write into each other's lines while a reader is slow.
 */
export function createContainer(config: Config, databaseUrl: string, log: PinoLogger): Container {
  const container = new Container();
  container.load(
    systemModule(config, log),
    identityModule,
    prismaModule(databaseUrl),
    applicationModule,
    socketIoModule,
    httpModule,
  );
  return container;
}
