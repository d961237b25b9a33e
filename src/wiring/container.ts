import 'reflect-metadata';
import { Container, ContainerModule } from 'inversify';
import { createDemoAuthenticator } from '../adapters/demo/demo-authenticator.js';
import { createDraining } from '../adapters/edge/draining.js';
import { createOriginRefusals } from '../adapters/edge/origin-refusals.js';
import { createHostAuthenticator } from '../adapters/host/host-authenticator.js';
import { createIntervalScheduler } from '../adapters/interval/interval-scheduler.js';
import { createJoseAuthenticator } from '../adapters/jose/jose-authenticator.js';
import type { PinoLogger } from '../adapters/pino/pino-logger.js';
import type { DatabaseUrls } from '../adapters/prisma/migrations/migrations.js';
import { openStorage } from '../adapters/prisma/storage.js';
import {
  createPrometheusMetrics,
  type PrometheusMetrics,
} from '../adapters/prometheus/prometheus-metrics.js';
import { createSocketIoBroadcaster } from '../adapters/socketio/broadcaster.js';
import { createSocketIoServer } from '../adapters/socketio/chat-server.js';
import { createConnectionLimits } from '../adapters/socketio/connection-limits.js';
import { createConnectionsElsewhere } from '../adapters/socketio/connections-elsewhere.js';
import { attachSocketIoTransport } from '../adapters/socketio/transport.js';
import { createSystemClock } from '../adapters/system/system-clock.js';
import { timeZoneDataVersion } from '../adapters/system/time-zone-data.js';
import { createUuidGenerator } from '../adapters/system/uuid-generator.js';
import { createApplication } from '../application/application.js';
import type { Clock } from '../application/ports/clock.js';
import type { Authenticator } from '../application/ports/identity.js';
import type { Logger } from '../application/ports/logger.js';
import type { Config } from '../config.js';
import { admissionOf } from './admission.js';
import { httpModule } from './http-module.js';
import { peersModule } from './peers-module.js';
import { provide } from './provide.js';
import { TOKENS } from './tokens.js';
import type { WorkerContext } from './worker-context.js';

/** Binds everything that the process and its surroundings give: configuration, time, ids, the log. */
export function systemModule(config: Config, log: PinoLogger, worker: WorkerContext): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.config).toConstantValue(config);
    bind(TOKENS.worker).toConstantValue(worker);
    bind(TOKENS.sessionLimits).toConstantValue({
      ...config.limits,
      noticeIntervalMs: config.doctorReadyIntervalMs,
    });
    provide(bind, TOKENS.clock, createSystemClock, {});
    provide(bind, TOKENS.ids, createUuidGenerator, {});
    provide(bind, TOKENS.draining, createDraining, {});
    bind(TOKENS.logger).toConstantValue(log);
    const { prometheus } = TOKENS;
    provide(bind, prometheus, () => createMetrics(log, worker), {});
    provide(bind, TOKENS.metrics, (given) => given.prometheus, { prometheus });
    provide(bind, TOKENS.scheduler, createIntervalScheduler, { logger: TOKENS.logger });
  });
}

function createMetrics(log: PinoLogger, { labels }: WorkerContext): PrometheusMetrics {
  const metrics = createPrometheusMetrics(timeZoneDataVersion(), labels);
  metrics.gauge('log_lines_dropped', log.droppedLines);
  metrics.gauge('log_bytes_waiting', log.waitingBytes);
  return metrics;
}

/** How the server finds out who somebody is. */
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

/** The event log and the read models, in the PostgreSQL of the given URLs. */
export function storageModule({ databaseUrl, migrationUrl }: DatabaseUrls): ContainerModule {
  return new ContainerModule(({ bind }) => {
    const { storage, config, logger, metrics } = TOKENS;
    provide(
      bind,
      storage,
      ({ config: { peers }, ...given }) => openStorage({ databaseUrl, migrationUrl, peers, ...given }),
      { config, logger, metrics },
    );
    provide(bind, TOKENS.eventStore, (given) => given.storage.eventStore, { storage });
    provide(bind, TOKENS.stateReader, (given) => given.storage.stateReader, { storage });
    provide(bind, TOKENS.history, (given) => given.storage.history, { storage });
    provide(bind, TOKENS.queries, (given) => given.storage.queries, { storage });
    provide(bind, TOKENS.directory, (given) => given.storage.directory, { storage });
    provide(bind, TOKENS.accessLog, (given) => given.storage.accessLog, { storage });
  });
}

export const socketIoModule: ContainerModule = new ContainerModule(({ bind }) => {
  const {
    io,
    application,
    logger,
    metrics,
    config,
    rateLimiter,
    connectionLimits,
    originRefusals,
    sharedCounts,
    draining,
    worker,
  } = TOKENS;
  provide(bind, originRefusals, createOriginRefusals, { logger, scheduler: TOKENS.scheduler });
  provide(
    bind,
    connectionLimits,
    ({ config: { limits }, sharedCounts, scheduler, ...ports }) => {
      const elsewhere = createConnectionsElsewhere({ ...limits, shared: sharedCounts, scheduler });
      return createConnectionLimits({ ...limits, elsewhere, ...ports });
    },
    { config, rateLimiter, metrics, sharedCounts, scheduler: TOKENS.scheduler },
  );
  provide(
    bind,
    io,
    (given) =>
      createSocketIoServer({
        corsOrigin: given.config.corsOrigin,
        path: given.config.socketPath,
        admits: admissionOf(given.config),
        isDraining: given.draining.isOn,
        originRefused: (headers, sessionOrigin) =>
          given.originRefusals.note('socket', headers, sessionOrigin),
        connectionLimits: given.connectionLimits,
        newSessionId: given.worker.newSessionId,
        connectWithinMs: given.config.limits.signInWithinMs,
        flooded: () => {
          given.logger.warn('connection.flood');
          given.metrics.count('connections_cut_flood_total');
        },
      }),
    { config, connectionLimits, originRefusals, logger, metrics, draining, worker },
  );
  provide(bind, TOKENS.broadcaster, (given) => createSocketIoBroadcaster(given.io), { io });
  provide(
    bind,
    TOKENS.transport,
    ({ application: { sessions }, ...given }) => attachSocketIoTransport({ sessions, ...given }),
    { application, io, logger, metrics, connectionLimits },
  );
});

/** The application, on whatever adapters its ports are bound to. */
export const applicationModule: ContainerModule = new ContainerModule(({ bind }) => {
  const { eventStore, stateReader, history, queries, directory, accessLog } = TOKENS;
  const { broadcaster, authenticator, rateLimiter, peers, clock, scheduler, ids, logger, metrics } = TOKENS;
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
      peers,
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
 * @param log the only logger of the process. Two of them would write into each other's lines while a reader is slow.
 */
export function createContainer(
  config: Config,
  urls: DatabaseUrls,
  log: PinoLogger,
  worker: WorkerContext = {},
): Container {
  const container = new Container();
  container.load(
    systemModule(config, log, worker),
    identityModule,
    storageModule(urls),
    peersModule,
    applicationModule,
    socketIoModule,
    httpModule,
  );
  return container;
}
