import type { AccessLog } from './access-log.js';
import type { Broadcaster } from './broadcaster.js';
import type { Clock } from './clock.js';
import type { ConsultationQueries } from './consultation-queries.js';
import type { Directory } from './directory.js';
import type { EventStore } from './event-store.js';
import type { IdGenerator } from './id-generator.js';
import type { Authenticator } from './identity.js';
import type { Logger } from './logger.js';
import type { MessageHistory } from './message-history.js';
import type { Metrics } from './metrics.js';
import type { Peers } from './peers.js';
import type { RateLimiter } from './rate-limiter.js';
import type { Scheduler } from './scheduler.js';
import type { StateReader } from './state-reader.js';

/** The ports of the storage. One technology implements them all, and `createStoragePorts` lists its adapters. */
export interface StoragePorts {
  readonly eventStore: EventStore;
  readonly stateReader: StateReader;
  readonly history: MessageHistory;
  readonly queries: ConsultationQueries;
  readonly directory: Directory;
  readonly accessLog: AccessLog;
}

/**
 * Everything through which the application reaches the outside. Each port has an adapter, which
 * `src/wiring/container.ts` chooses.
 */
export interface Ports extends StoragePorts {
  readonly broadcaster: Broadcaster;
  readonly authenticator: Authenticator;
  readonly rateLimiter: RateLimiter;
  readonly peers: Peers;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly ids: IdGenerator;
  readonly logger: Logger;
  readonly metrics: Metrics;
}
