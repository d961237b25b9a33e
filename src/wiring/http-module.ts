import { ContainerModule } from 'inversify';
import type { ApiOptions } from '../adapters/http/api/api.js';
import { createInProcessApi } from '../adapters/http/calls/in-process-api.js';
import { createHttpServer, type OpenHttpServer } from '../adapters/http/http-server.js';
import { isOriginAllowed } from '../adapters/socketio/origin-policy.js';
import type { Application } from '../application/application.js';
import type { Clock } from '../application/ports/clock.js';
import type { Metrics } from '../application/ports/metrics.js';
import type { Config } from '../config.js';
import { admissionOf } from './admission.js';
import { metricsAdmissionOf } from './metrics-admission.js';
import { provide } from './provide.js';
import { TOKENS } from './tokens.js';

/** The HTTP side over the application. It is opened when it is asked for: a host application has a server of its own. */
export const httpModule: ContainerModule = new ContainerModule(({ bind }) => {
  const { config, application, clock, ids, logger, metrics, prometheus } = TOKENS;
  provide(
    bind,
    TOKENS.openHttpServer,
    ({ prometheus, ...given }): OpenHttpServer => {
      const { config, ids, logger, metrics } = given;
      return (site) =>
        createHttpServer({
          ...site,
          pageServers: config.corsOrigin,
          metrics: prometheus,
          refusesMetrics: metricsAdmissionOf(config.metrics),
          connections: { ...config.limits, metrics, socketPath: config.socketPath },
          logger,
          ids,
          api: apiOptions(given),
        });
    },
    { config, application, clock, ids, logger, metrics, prometheus },
  );
  provide(
    bind,
    TOKENS.inProcessApi,
    ({ application: { administration }, ...given }) => createInProcessApi({ administration, ...given }),
    { application, clock, ids, logger },
  );
});

interface ApiDependencies {
  readonly config: Config;
  readonly application: Application;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

function apiOptions({ config, application, clock, metrics }: ApiDependencies): ApiOptions {
  const { sessions, administration } = application;
  return {
    sessions,
    administration,
    clock,
    isOriginAllowed: (headers) => isOriginAllowed(headers, config.corsOrigin),
    admits: admissionOf(config),
    limits: config.rateLimits === 'off' ? null : { ...config.limits, metrics },
  };
}
