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
import { NO_PEERS } from '../../src/adapters/memory/peers.js';
import { createUnlimitedRateLimiter } from '../../src/adapters/memory/rate-limiters.js';
import {
  createRecordingBroadcaster,
  type RecordingBroadcaster,
} from '../../src/adapters/memory/recording-broadcaster.js';
import { createSequentialIds } from '../../src/adapters/memory/sequential-ids.js';
import { createMemoryStateReader } from '../../src/adapters/memory/state-reader.js';
import { createVirtualTime, type VirtualTime } from '../../src/adapters/memory/virtual-time.js';
import { type Application, createApplication } from '../../src/application/application.js';
import type { ConnectionId } from '../../src/application/ports/broadcaster.js';
import type { Identity } from '../../src/application/ports/identity.js';
import type { Peers } from '../../src/application/ports/peers.js';
import type { Ports as ApplicationPorts } from '../../src/application/ports/ports.js';
import { DEFAULT_SESSION_LIMITS, type SessionLimits } from '../../src/application/sessions/session-limits.js';
import type { Session } from '../../src/application/sessions/sessions.js';
import type { Instant } from '../../src/domain/instant.js';

/** Everything that the application is driven through, and what it is told of limits. */
export interface Ports extends ApplicationPorts {
  readonly sessionLimits: SessionLimits;
}

export interface MemoryApplicationOptions {
  /** ISO 8601, or milliseconds since 1970; a Monday morning when left out. */
  readonly startAt?: string | Instant;
  /** The log of another application: two servers on one database. */
  readonly log?: MemoryLog;
  /** The other applications on the same log; none unless told. */
  readonly peers?: Peers;
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
  /** As the application has them: after `decorate`. */
  readonly ports: Ports;
  /** A client connects, as a transport would have it: to the broadcaster and to the application. Anyone, unless told who. */
  connect(connectionId: ConnectionId, identity?: Identity | null): Session;
  disconnect(connectionId: ConnectionId): void;
  /** What the connection may ask for. @throws when it was never connected. */
  session(connectionId: ConnectionId): Session;
}

export const MONDAY_MORNING = '2026-03-02T10:00:00.000Z';

/** Whom demo mode makes of a connection that shows nothing. */
const ANYONE: Identity = { caller: { role: 'anyone' }, expiresAt: null };

/** Where nobody has to say who they are, tests let connections wait for as long as they like. */
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
    peers: options.peers ?? NO_PEERS,
    sessionLimits: options.isOpen === false ? DEFAULT_SESSION_LIMITS : UNHURRIED,
  };
  const ports: Ports = { ...own, ...options.decorate?.(own) };
  const application = createApplication(ports, ports.sessionLimits);
  const sessions = new Map<ConnectionId, Session>();
  return {
    application,
    log,
    time,
    broadcaster,
    authenticator,
    logger,
    metrics,
    ports,
    connect: (connectionId, identity = ANYONE) => {
      broadcaster.connect(connectionId);
      const session = application.sessions.open(connectionId, identity);
      sessions.set(connectionId, session);
      return session;
    },
    disconnect: (connectionId) => {
      broadcaster.disconnect(connectionId);
      sessions.get(connectionId)?.close();
    },
    session: (connectionId) => {
      const session = sessions.get(connectionId);
      if (session === undefined) throw new Error(`${connectionId} was never connected`);
      return session;
    },
  };
}
