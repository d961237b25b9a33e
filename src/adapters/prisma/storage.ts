import type { Logger } from '../../application/ports/logger.js';
import type { Metrics } from '../../application/ports/metrics.js';
import type { StoragePorts } from '../../application/ports/ports.js';
import type { Storage } from '../../application/ports/storage.js';
import { createPrismaAccessLog } from './access-log/access-log.js';
import type { AppendNotifier } from './append/append-notifier.js';
import { createPrismaEventStore } from './append/event-store.js';
import { chatIdentityOf } from './connection/chat-identity.js';
import { type Database, openDatabase } from './connection/database.js';
import { timeOf } from './connection/database-time.js';
import { createReadinessProbe } from './connection/readiness.js';
import { schemaOf } from './connection/schema-name.js';
import { createWriteProbe } from './connection/write-probe.js';
import { warnOfFewConnections } from './locks/connection-limit.js';
import { doOnce } from './locks/once.js';
import { countServing, type ProcessLock, takeProcessLock } from './locks/process-lock.js';
import { type DatabaseUrls, prepareDatabase } from './migrations/migrations.js';
import { createPostgresPeers } from './peers/peers.js';
import { createPrismaSharedCounts } from './peers/shared-counts.js';
import { createPrismaConsultationQueries } from './reads/consultation-queries.js';
import { createPrismaDirectory } from './reads/directory.js';
import { createPrismaMessageHistory } from './reads/message-history.js';
import { createPrismaStateReader } from './reads/state-reader.js';
import { servingRoleOf } from './requirements/serving-privileges.js';
import { verifySchema, verifySessions } from './requirements/verify.js';

/**
 * How long stopping waits for the access log to store who has left, in ms: `LEAVES_SILENT_MS` if the database takes
 * nothing, `LEAVES_LIMIT_MS` if it takes the entries little by little.
 */
export const LEAVES_SILENT_MS = 400;
export const LEAVES_LIMIT_MS = 1_000;

/** How processes that serve the same database hear of each other; `none` where there is only one. */
type PeersKind = 'none' | 'postgres' | 'redis';

export interface StorageOptions extends DatabaseUrls {
  readonly peers: PeersKind;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** The log, the read models and the access log in one PostgreSQL. It connects with the first question. */
export function openStorage(options: StorageOptions): Storage {
  const { databaseUrl, migrationUrl, logger, metrics } = options;
  const isAlone = options.peers === 'none';
  let replaced = (): void => {};
  const database = openDatabase({ databaseUrl, logger, replaced: () => replaced() });
  const peers = options.peers === 'postgres' ? createPostgresPeers({ databaseUrl, logger, metrics }) : null;
  const ports = createStoragePorts({ database, logger, metrics, notifier: peers?.notifier });
  const probe = createReadinessProbe(databaseUrl, createWriteProbe(database.health));
  let lock: ProcessLock | null = null;
  return {
    ...ports,
    peers,
    claim: async (signal, serves) => {
      const mode = isAlone ? 'alone' : 'shared';
      lock = await takeProcessLock({ databaseUrl, logger, mode, signal, serves });
      return lock;
    },
    once: async (what, work) => {
      if (isAlone) await work();
      else await doOnce(database.pool, `${schemaOf(databaseUrl)} ${what}`, work);
    },
    identity: () => chatIdentityOf(database.pool),
    serving: () => countServing(database.pool, schemaOf(databaseUrl)),
    now: () => timeOf(database.pool),
    onReplaced: (listener) => {
      replaced = listener;
    },
    sharedCountsOf: (processId) => createPrismaSharedCounts(database, processId),
    release: async () => lock?.release(),
    migrate: async () => {
      await verifySessions(database);
      const { applied, mended } = await prepareDatabase({ databaseUrl, migrationUrl });
      if (applied.length > 0) logger.info('database.migrated', { migrations: applied.join(',') });
      if (mended.length > 0) logger.warn('database.sequences_mended', { columns: mended.join(',') });
      await verifySchema(database);
      // Prisma makes its compiler of queries for the first query, which blocks the event loop for some 100 ms.
      await database.$queryRawUnsafe('SELECT 1');
      await warnOfPower(database, logger);
      await warnOfFewConnections(database.pool, schemaOf(databaseUrl), logger);
      await peers?.open();
    },
    ready: async () => lock?.isHeld() === true && (await probe.ready()),
    settle: () => ports.accessLog.settle(LEAVES_SILENT_MS, LEAVES_LIMIT_MS),
    close: async () => {
      await Promise.all([database.$disconnect(), probe.close(), peers?.close()]);
    },
  };
}

export interface StoragePortsDependencies {
  readonly database: Database;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Notifies the peers of what is stored. When left out, nobody is notified. */
  readonly notifier?: AppendNotifier | undefined;
}

/** The ports through which the application reaches the database. */
export function createStoragePorts(dependencies: StoragePortsDependencies): StoragePorts {
  const { database, metrics, notifier } = dependencies;
  return {
    eventStore: createPrismaEventStore(database, metrics, notifier),
    stateReader: createPrismaStateReader(database),
    history: createPrismaMessageHistory(database),
    queries: createPrismaConsultationQueries(database),
    directory: createPrismaDirectory(database),
    accessLog: createPrismaAccessLog(dependencies),
  };
}

/**
 * Warns if the serving role could do more to the log than the server needs, since anybody who can run SQL as the
 * server could do it, too.
 */
async function warnOfPower(database: Database, logger: Logger): Promise<void> {
  const { owner, superuser } = await servingRoleOf(database.pool);
  if (owner || superuser) logger.warn('database.role_owns_log', { owner, superuser });
}
