import { ContainerModule } from 'inversify';
import type { OriginRefusals } from '../adapters/edge/origin-refusals.js';
import type { ApiOptions } from '../adapters/http/api/api.js';
import { createHttpServer, type OpenHttpServer } from '../adapters/http/http-server.js';
import { SOCKET_IO_PATH } from '../adapters/socketio/chat-server.js';
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
  const { config, application, clock, ids, logger, metrics, prometheus, originRefusals } = TOKENS;
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
          connections: { ...config.limits, metrics, socketPath: SOCKET_IO_PATH },
          logger,
          ids,
          api: apiOptions(given),
        });
    },
    { config, application, clock, ids, logger, metrics, prometheus, originRefusals },
  );
});

interface ApiDependencies {
  readonly config: Config;
  readonly application: Application;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly originRefusals: OriginRefusals;
}

function apiOptions({ config, application, clock, metrics, originRefusals }: ApiDependencies): ApiOptions {
  const { sessions, administration } = application;
  return {
    sessions,
    administration,
    clock,
    isOriginAllowed: (headers) => isOriginAllowed(headers, config.corsOrigin),
    originRefused: (headers) => originRefusals.note('http', headers),
    corsOrigin: config.corsOrigin,
    admits: admissionOf(config),
    limits: config.rateLimits === 'off' ? null : { ...config.limits, metrics },
  };
}
