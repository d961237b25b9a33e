import type { ServiceIdentifier } from 'inversify';

import type { Draining } from '../adapters/edge/draining.js';
import type { OriginRefusals } from '../adapters/edge/origin-refusals.js';

import type { InProcessApi } from '../adapters/http/calls/in-process-api.js';
import type { OpenHttpHandler } from '../adapters/http/handler/http-handler.js';

import type { OpenHttpServer } from '../adapters/http/http-server.js';
import type { PrometheusMetrics } from '../adapters/prometheus/prometheus-metrics.js';
import type { RedisPeers } from '../adapters/redis/redis-peers.js';
import type { ChatServer } from '../adapters/socketio/chat-server.js';
import type { ConnectionLimits } from '../adapters/socketio/connection-limits.js';
import type { SocketIoTransport } from '../adapters/socketio/transport.js';
import type { Application } from '../application/application.js';
import type { AccessLog } from '../application/ports/access-log.js';
import type { Broadcaster } from '../application/ports/broadcaster.js';
import type { Clock } from '../application/ports/clock.js';
import type { ConsultationQueries } from '../application/ports/consultation-queries.js';
import type { Directory } from '../application/ports/directory.js';
import type { EventStore } from '../application/ports/event-store.js';
import type { IdGenerator } from '../application/ports/id-generator.js';
import type { Authenticator } from '../application/ports/identity.js';
import type { Logger } from '../application/ports/logger.js';
import type { MessageHistory } from '../application/ports/message-history.js';
import type { Metrics } from '../application/ports/metrics.js';
import type { RateLimiter } from '../application/ports/rate-limiter.js';
import type { Scheduler } from '../application/ports/scheduler.js';
import type { SharedCounts } from '../application/ports/shared-counts.js';
import type { StateReader } from '../application/ports/state-reader.js';
import type { Storage } from '../application/ports/storage.js';
import type { SessionLimits } from '../application/sessions/session-limits.js';
import type { Config } from '../config.js';
import type { NotingPeers } from './noting-peers.js';
import type { WorkerContext } from './worker-context.js';

function token<Service>(name: string): ServiceIdentifier<Service> {
  return Symbol(name);
}

/** Names of everything that the container hands out. */
export const TOKENS = {
  config: token<Config>('config'),
  worker: token<WorkerContext>('worker'),

  clock: token<Clock>('clock'),
  ids: token<IdGenerator>('ids'),
  logger: token<Logger>('logger'),
  prometheus: token<PrometheusMetrics>('prometheus'),
  metrics: token<Metrics>('metrics'),
  scheduler: token<Scheduler>('scheduler'),
  authenticator: token<Authenticator>('authenticator'),
  rateLimiter: token<RateLimiter>('rateLimiter'),
  peers: token<NotingPeers>('peers'),
  redisPeers: token<RedisPeers | null>('redisPeers'),
  sharedCounts: token<SharedCounts>('sharedCounts'),
  sessionLimits: token<SessionLimits>('sessionLimits'),

  storage: token<Storage>('storage'),
  eventStore: token<EventStore>('eventStore'),
  stateReader: token<StateReader>('stateReader'),
  history: token<MessageHistory>('history'),
  queries: token<ConsultationQueries>('queries'),
  directory: token<Directory>('directory'),
  accessLog: token<AccessLog>('accessLog'),

  draining: token<Draining>('draining'),
  originRefusals: token<OriginRefusals>('originRefusals'),
  connectionLimits: token<ConnectionLimits>('connectionLimits'),
  io: token<ChatServer>('io'),
  broadcaster: token<Broadcaster>('broadcaster'),
  transport: token<SocketIoTransport>('transport'),
  openHttpServer: token<OpenHttpServer>('openHttpServer'),
  openHttpHandler: token<OpenHttpHandler>('openHttpHandler'),
  inProcessApi: token<InProcessApi>('inProcessApi'),

  application: token<Application>('application'),
};
