import type { Logger } from '../../application/ports/logger.js';
import type { Metrics } from '../../application/ports/metrics.js';
import type { StoragePorts } from '../../application/ports/ports.js';
import { createPrismaAccessLog } from './access-log.js';
import { createPrismaConsultationQueries } from './consultation-queries.js';
import { type Database, openDatabase } from './database.js';
import { createPrismaDirectory } from './directory.js';
import { createPrismaEventStore } from './event-store.js';
import { createPrismaMessageHistory } from './message-history.js';
import { type DatabaseUrls, prepareDatabase } from './migrations.js';
import { type ProcessLock, takeProcessLock } from './process-lock.js';
import { createReadinessProbe } from './readiness.js';
import { verifySchema, verifySessions } from './requirements/verify.js';
import { servingRoleOf } from './serving-privileges.js';
import { createPrismaStateReader } from './state-reader.js';
import { createWriteProbe } from './write-probe.js';

/** How long closing waits until it stands in the access log who has left with it, in ms. */
const LEAVES_LIMIT_MS = 400;

/** The log, the read models and the access log in one PostgreSQL. Nothing is connected before the first question. */
export interface Storage extends StoragePorts {
  /**
   * Takes the database for this process alone.
   *
   * @param signal gives the wait for a predecessor up.
   * @throws Error with one line when another server has it, or it cannot be opened; the signal's reason.
   */
  claim(signal?: AbortSignal): Promise<Claim>;
  /** Gives it to whoever comes next, who may store at once: the last of all. Does nothing where nothing is claimed. */
  release(): Promise<void>;
  /**
   * Brings the tables up to date, and verifies through the connections that will serve what the code relies on.
   *
   * @throws Error with one line that says what is not as it has to be.
   */
  migrate(): Promise<void>;
  /** Whether the database takes what is written, and is still this process's alone. @throws when it does not answer, or refuses. */
  ready(): Promise<boolean>;
  /** Stores within a limit what was noted, and disconnects. */
  close(): Promise<void>;
}

/** Says that no other process serves the database. */
export type Claim = Pick<ProcessLock, 'takenOver'>;

export interface StorageOptions extends DatabaseUrls {
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export function openStorage({ databaseUrl, migrationUrl, logger, metrics }: StorageOptions): Storage {
  const database = openDatabase({ databaseUrl, logger });
  const ports = createStoragePorts({ database, logger, metrics });
  const probe = createReadinessProbe(databaseUrl, createWriteProbe(database.health));
  let lock: ProcessLock | null = null;
  return {
    ...ports,
    claim: async (signal) => {
      lock = await takeProcessLock({ databaseUrl, logger, signal });
      return lock;
    },
    release: async () => lock?.release(),
    migrate: async () => {
      await verifySessions(database);
      const { applied, mended } = await prepareDatabase({ databaseUrl, migrationUrl });
      if (applied.length > 0) logger.info('database.migrated', { migrations: applied.join(',') });
      if (mended.length > 0) logger.warn('database.sequences_mended', { columns: mended.join(',') });
      await verifySchema(database);
      await warnOfPower(database, logger);
    },
    ready: async () => lock?.isHeld() === true && (await probe.ready()),
    close: async () => {
      try {
        await ports.accessLog.settle(LEAVES_LIMIT_MS);
      } finally {
        await Promise.all([database.$disconnect(), probe.close()]);
      }
    },
  };
}

export interface StoragePortsDependencies {
  readonly database: Database;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** What the application reaches the database through. */
export function createStoragePorts(dependencies: StoragePortsDependencies): StoragePorts {
  const { database, metrics } = dependencies;
  return {
    eventStore: createPrismaEventStore(database, metrics),
    stateReader: createPrismaStateReader(database),
    history: createPrismaMessageHistory(database),
    queries: createPrismaConsultationQueries(database),
    directory: createPrismaDirectory(database),
    accessLog: createPrismaAccessLog(dependencies),
  };
}

/** What somebody who can read and write as the server could do to the log. */
async function warnOfPower(database: Database, logger: Logger): Promise<void> {
  const { owner, superuser } = await servingRoleOf(database.pool);
  if (owner || superuser) logger.warn('database.role_owns_log', { owner, superuser });
}
