import { ContainerModule } from 'inversify';
import type { Draining } from '../adapters/edge/draining.js';
import type { OriginRefusals } from '../adapters/edge/origin-refusals.js';
import type { ApiOptions } from '../adapters/http/api/api.js';
import { createInProcessApi } from '../adapters/http/calls/in-process-api.js';
import { createHttpHandler, type OpenHttpHandler } from '../adapters/http/handler/http-handler.js';
import { createHttpServer, type OpenHttpServer } from '../adapters/http/http-server.js';
import type { HttpSite, SiteOptions } from '../adapters/http/site.js';
import type { PrometheusMetrics } from '../adapters/prometheus/prometheus-metrics.js';
import { isOriginAllowed } from '../adapters/socketio/origin-policy.js';
import type { Application } from '../application/application.js';
import type { Clock } from '../application/ports/clock.js';
import type { IdGenerator } from '../application/ports/id-generator.js';
import type { Logger } from '../application/ports/logger.js';
import type { Metrics } from '../application/ports/metrics.js';
import type { RateLimiter } from '../application/ports/rate-limiter.js';
import type { Config } from '../config.js';
import { admissionOf } from './admission.js';
import { metricsAdmissionOf } from './metrics-admission.js';
import { provide } from './provide.js';
import { TOKENS } from './tokens.js';
import type { WorkerContext } from './worker-context.js';

/**
 * The HTTP side over the application. It is opened only when it is asked for, because not every host application uses
 * it.
 */
export const httpModule: ContainerModule = new ContainerModule(({ bind }) => {
  const { config, application, clock, ids, logger, metrics, prometheus, originRefusals, rateLimiter } =
    TOKENS;
  const { draining, worker } = TOKENS;
  const given = {
    worker,
    config,
    application,
    clock,
    ids,
    logger,
    metrics,
    prometheus,
    originRefusals,
    draining,
    rateLimiter,
  };
  provide(
    bind,
    TOKENS.openHttpServer,
    (dependencies: SiteDependencies): OpenHttpServer => {
      const { config, metrics, draining } = dependencies;
      const { limits, socketPath } = config;
      const connections = { ...limits, metrics, socketPath, isDraining: draining.isOn };
      return (site) => createHttpServer({ ...site, ...siteOptions(dependencies), connections });
    },
    given,
  );
  provide(
    bind,
    TOKENS.openHttpHandler,
    (dependencies: SiteDependencies): OpenHttpHandler =>
      (site) =>
        createHttpHandler({ ...site, ...siteOptions(dependencies) }),
    given,
  );
  provide(
    bind,
    TOKENS.inProcessApi,
    ({ application: { administration }, ...given }) => createInProcessApi({ administration, ...given }),
    { application, clock, ids, logger },
  );
});

interface SiteDependencies {
  readonly worker: WorkerContext;
  readonly config: Config;
  readonly application: Application;
  readonly clock: Clock;
  readonly ids: IdGenerator;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly prometheus: PrometheusMetrics;
  readonly originRefusals: OriginRefusals;
  readonly rateLimiter: RateLimiter;
  readonly draining: Draining;
}

function siteOptions(given: SiteDependencies): Omit<SiteOptions, keyof HttpSite> {
  const { config, ids, logger, prometheus, draining, worker } = given;
  const { contentType, render } = prometheus;
  return {
    pageServers: config.corsOrigin,
    socketPath: config.socketPath,
    isDemo: config.auth.mode === 'demo',
    people: { emergency: config.emergencyText },
    metrics: { contentType, render: worker.renderMetrics ?? render },
    isDraining: draining.isOn,
    refusesMetrics: metricsAdmissionOf(config.metrics),
    logger,
    ids,
    api: apiOptions(given),
  };
}

function apiOptions(given: SiteDependencies): ApiOptions {
  const { config, application, clock, metrics, originRefusals, rateLimiter } = given;
  const { sessions, administration } = application;
  return {
    sessions,
    administration,
    clock,
    isOriginAllowed: (headers) => isOriginAllowed(headers, config.corsOrigin),
    originRefused: (headers) => originRefusals.note('http', headers),
    corsOrigin: config.corsOrigin,
    admits: admissionOf(config),
    limits: config.rateLimits === 'off' ? null : { ...config.limits, metrics, rateLimiter },
  };
}
