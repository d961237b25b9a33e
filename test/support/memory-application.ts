import 'reflect-metadata';
import { Container, ContainerModule } from 'inversify';
import { createMemoryAccessLog } from '../../src/adapters/memory/access-log.js';
import {
  createMemoryAuthenticator,
  type MemoryAuthenticator,
} from '../../src/adapters/memory/authenticator.js';
import { createMemoryConsultationQueries } from '../../src/adapters/memory/consultation-queries.js';
import { createMemoryDirectory } from '../../src/adapters/memory/directory.js';
import { createMemoryEventStore } from '../../src/adapters/memory/event-store.js';
import { createRecordingLogger, type RecordingLogger } from '../../src/adapters/memory/loggers.js';
import { createMemoryLog, type MemoryLog } from '../../src/adapters/memory/memory-log.js';
import { createMemoryMessageHistory } from '../../src/adapters/memory/message-history.js';
import { createRecordingMetrics, type RecordingMetrics } from '../../src/adapters/memory/metrics.js';
import { createUnlimitedRateLimiter } from '../../src/adapters/memory/rate-limiters.js';
import {
  createRecordingBroadcaster,
  type RecordingBroadcaster,
} from '../../src/adapters/memory/recording-broadcaster.js';
import { createSequentialIds } from '../../src/adapters/memory/sequential-ids.js';
import { createMemoryStateReader } from '../../src/adapters/memory/state-reader.js';
import { createVirtualTime, type VirtualTime } from '../../src/adapters/memory/virtual-time.js';
import type { ChangeConsultation } from '../../src/application/administration/change-consultation.js';
import type { SeedDemoData } from '../../src/application/administration/seed-demo-data.js';
import type { Application } from '../../src/application/application.js';
import type { AccessLog } from '../../src/application/ports/access-log.js';
import type { Broadcaster, ConnectionId } from '../../src/application/ports/broadcaster.js';
import type { Clock } from '../../src/application/ports/clock.js';
import type { ConsultationQueries } from '../../src/application/ports/consultation-queries.js';
import type { Directory } from '../../src/application/ports/directory.js';
import type { EventStore } from '../../src/application/ports/event-store.js';
import type { IdGenerator } from '../../src/application/ports/id-generator.js';
import type { Authenticator, Identity } from '../../src/application/ports/identity.js';
import type { Logger } from '../../src/application/ports/logger.js';
import type { MessageHistory } from '../../src/application/ports/message-history.js';
import type { Metrics } from '../../src/application/ports/metrics.js';
import type { RateLimiter } from '../../src/application/ports/rate-limiter.js';
import type { Scheduler } from '../../src/application/ports/scheduler.js';
import type { StateReader } from '../../src/application/ports/state-reader.js';
import type { Attendance } from '../../src/application/room/attendance.js';
import { DEFAULT_SESSION_LIMITS, type SessionLimits } from '../../src/application/sessions/session-limits.js';
import type { Session } from '../../src/application/sessions/sessions.js';
import { applicationModule } from '../../src/application-module.js';
import type { Instant } from '../../src/domain/instant.js';
import { TOKENS } from '../../src/tokens.js';

/** Everything that the application is driven through. */
export interface Ports {
  readonly eventStore: EventStore;
  readonly stateReader: StateReader;
  readonly history: MessageHistory;
  readonly queries: ConsultationQueries;
  readonly directory: Directory;
  readonly accessLog: AccessLog;
  readonly broadcaster: Broadcaster;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly ids: IdGenerator;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly authenticator: Authenticator;
  readonly rateLimiter: RateLimiter;
  readonly sessionLimits: SessionLimits;
}

export interface MemoryApplicationOptions {
  /** ISO 8601, or milliseconds since 1970; a Monday morning when left out. */
  readonly startAt?: string | Instant;
  /** The log of another application: two servers on one database. */
  readonly log?: MemoryLog;
  /** The time of another application. */
  readonly time?: VirtualTime;
  /** Whether who shows no token is let in, as in demo mode; true unless told. */
  readonly isOpen?: boolean;
  /** The prefix of message ids. */
  readonly idPrefix?: string;
  /** Replaces or wraps ports: a fault, a delay, another transport's broadcaster. */
  readonly decorate?: (ports: Ports) => Partial<Ports>;
}

/** The whole application over memory adapters, with everything that a test looks at or moves. */
export interface MemoryApplication {
  readonly application: Application;
  readonly log: MemoryLog;
  readonly time: VirtualTime;
  readonly broadcaster: RecordingBroadcaster;
  readonly authenticator: MemoryAuthenticator;
  readonly logger: RecordingLogger;
  readonly metrics: RecordingMetrics;
  readonly attendance: Attendance;
  readonly seedDemoData: SeedDemoData;
  /** As the system itself changes consultations. */
  readonly changes: ChangeConsultation;
  /** As the application has them: after `decorate`. */
  readonly ports: Ports;
  /** A client connects, as a transport would have it: to the broadcaster and to the application. Anyone, unless told who. */
  connect(connectionId: ConnectionId, identity?: Identity | null): Session;
  disconnect(connectionId: ConnectionId): void;
}

export const MONDAY_MORNING = '2026-03-02T10:00:00.000Z';

/** Whom demo mode makes of a connection that shows nothing. */
const ANYONE: Identity = { caller: { role: 'anyone' }, expiresAt: null };

/** Where nobody has to say who they are, tests ask the use cases past the session, which then looks unused. */
const UNHURRIED: SessionLimits = {
  ...DEFAULT_SESSION_LIMITS,
  signInWithinMs: Number.POSITIVE_INFINITY,
  joinWithinMs: Number.POSITIVE_INFINITY,
};

export function openMemoryApplication(options: MemoryApplicationOptions = {}): MemoryApplication {
  const { startAt = MONDAY_MORNING, idPrefix = 'message' } = options;
  const log = options.log ?? createMemoryLog();
  const logger = createRecordingLogger();
  const metrics = createRecordingMetrics();
  const start = typeof startAt === 'string' ? Date.parse(startAt) : startAt;
  const time = options.time ?? createVirtualTime(start, { logger });
  const broadcaster = createRecordingBroadcaster();
  const authenticator = createMemoryAuthenticator({ isOpen: options.isOpen ?? true, now: time.clock.now });
  const own: Ports = {
    eventStore: createMemoryEventStore(log),
    stateReader: createMemoryStateReader(log),
    history: createMemoryMessageHistory(log),
    queries: createMemoryConsultationQueries(log),
    directory: createMemoryDirectory(log),
    accessLog: createMemoryAccessLog(log),
    broadcaster,
    clock: time.clock,
    scheduler: time.scheduler,
    ids: createSequentialIds(idPrefix),
    logger,
    metrics,
    authenticator,
    rateLimiter: createUnlimitedRateLimiter(),
    sessionLimits: options.isOpen === false ? DEFAULT_SESSION_LIMITS : UNHURRIED,
  };
  const ports: Ports = { ...own, ...options.decorate?.(own) };
  const container = new Container();
  container.load(applicationModule, portsModule(ports));
  const application = container.get(TOKENS.application);
  const attendance = container.get(TOKENS.attendance);
  const sessions = new Map<ConnectionId, Session>();
  return {
    application,
    log,
    time,
    broadcaster,
    authenticator,
    logger,
    metrics,
    attendance,
    seedDemoData: container.get(TOKENS.seedDemoData),
    changes: container.get(TOKENS.changes),
    ports,
    connect: (connectionId, identity = ANYONE) => {
      broadcaster.connect(connectionId);
      const session = application.connect(connectionId, identity);
      sessions.set(connectionId, session);
      return session;
    },
    disconnect: (connectionId) => {
      broadcaster.disconnect(connectionId);
      sessions.get(connectionId)?.close();
    },
  };
}

/** Binds the given ports in the place of the adapters. */
function portsModule(ports: Ports): ContainerModule {
  return new ContainerModule(({ bind }) => {
    const names = Object.keys(ports) as (keyof Ports)[];
    for (const name of names) bind<unknown>(TOKENS[name]).toConstantValue(ports[name]);
  });
}
