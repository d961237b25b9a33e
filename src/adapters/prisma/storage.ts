import type { Logger } from '../../application/ports/logger.js';
import type { Metrics } from '../../application/ports/metrics.js';
import type { ProcessId } from '../../application/ports/peers.js';
import type { StoragePorts } from '../../application/ports/ports.js';
import type { SharedCounts } from '../../application/ports/shared-counts.js';
import { createPrismaAccessLog } from './access-log/access-log.js';
import type { AppendNotifier } from './append/append-notifier.js';
import { createPrismaEventStore } from './append/event-store.js';
import { chatIdentityOf } from './connection/chat-identity.js';
import { type Database, openDatabase } from './connection/database.js';
import { createReadinessProbe } from './connection/readiness.js';
import { schemaOf } from './connection/schema-name.js';
import { createWriteProbe } from './connection/write-probe.js';
import { doOnce } from './locks/once.js';
import { type ProcessLock, takeProcessLock } from './locks/process-lock.js';
import { type DatabaseUrls, prepareDatabase } from './migrations/migrations.js';
import { createPostgresPeers, type PostgresPeers } from './peers/peers.js';
import { createPrismaSharedCounts } from './peers/shared-counts.js';
import { createPrismaConsultationQueries } from './reads/consultation-queries.js';
import { createPrismaDirectory } from './reads/directory.js';
import { createPrismaMessageHistory } from './reads/message-history.js';
import { createPrismaStateReader } from './reads/state-reader.js';
import { servingRoleOf } from './requirements/serving-privileges.js';
import { verifySchema, verifySessions } from './requirements/verify.js';

/**
 * How long stopping waits until it stands in the access log who has left with it, in ms: for a database that takes none
 * of it, and for one that takes it bit by bit.
 */
export const LEAVES_SILENT_MS = 400;
export const LEAVES_LIMIT_MS = 1_000;

/** The log, the read models and the access log in one PostgreSQL. Nothing is connected before the first question. */
export interface Storage extends StoragePorts {
  /** The other processes, where PostgreSQL carries their news; null otherwise. */
  readonly peers: PostgresPeers | null;
  /**
   * Takes the database for this process, alone or together with its peers.
   *
   * @param signal gives the wait for a predecessor up.
   * @throws Error with one line when another server has it in a way that excludes this one, or it cannot be opened; the
   *   signal's reason.
   */
  claim(signal?: AbortSignal): Promise<Claim>;
  /** Gives it to whoever comes next, who may store at once: the last of all. Does nothing where nothing is claimed. */
  release(): Promise<void>;
  /**
   * Brings the tables up to date, verifies through the connections that will serve what the code relies on, and then begins
   * to hear the peers.
   *
   * @throws Error with one line that says what is not as it has to be.
   */
  migrate(): Promise<void>;
  /**
   * Does work that one of the processes does for all of them, unless another one is at it.
   *
   * @throws what the work throws, and when the database does not answer.
   */
  once(what: string, work: () => Promise<unknown>): Promise<void>;
  /** What all processes that serve this chat find, and those of other chats do not. @throws when the database does not answer. */
  identity(): Promise<string>;
  /** What a process counts together with others in the database. May fail, and take its time. */
  sharedCountsOf(processId: ProcessId): SharedCounts;
  /** Whether the database takes what is written, and is still this process's, alone or shared. @throws when it does not answer, or refuses. */
  ready(): Promise<boolean>;
  /** Stores within a limit what was noted: who has left, when everybody has. */
  settle(): Promise<void>;
  /** Disconnects. */
  close(): Promise<void>;
}

/** Says that no process serves the database that may not. */
export type Claim = Pick<ProcessLock, 'takenOver'>;

/** How processes that serve the same database hear of each other; `none` where there is one. */
export type PeersKind = 'none' | 'postgres' | 'redis';

export interface StorageOptions extends DatabaseUrls {
  readonly peers: PeersKind;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export function openStorage(options: StorageOptions): Storage {
  const { databaseUrl, migrationUrl, logger, metrics } = options;
  const isAlone = options.peers === 'none';
  const database = openDatabase({ databaseUrl, logger });
  const peers = options.peers === 'postgres' ? createPostgresPeers({ databaseUrl, logger, metrics }) : null;
  const ports = createStoragePorts({ database, logger, metrics, notifier: peers?.notifier });
  const probe = createReadinessProbe(databaseUrl, createWriteProbe(database.health));
  let lock: ProcessLock | null = null;
  return {
    ...ports,
    peers,
    claim: async (signal) => {
      lock = await takeProcessLock({ databaseUrl, logger, mode: isAlone ? 'alone' : 'shared', signal });
      return lock;
    },
    once: async (what, work) => {
      if (isAlone) await work();
      else await doOnce(database.pool, `${schemaOf(databaseUrl)} ${what}`, work);
    },
    identity: () => chatIdentityOf(database.pool),
    sharedCountsOf: (processId) => createPrismaSharedCounts(database, processId),
    release: async () => lock?.release(),
    migrate: async () => {
      await verifySessions(database);
      const { applied, mended } = await prepareDatabase({ databaseUrl, migrationUrl });
      if (applied.length > 0) logger.info('database.migrated', { migrations: applied.join(',') });
      if (mended.length > 0) logger.warn('database.sequences_mended', { columns: mended.join(',') });
      await verifySchema(database);
      // Prisma's compiler of queries is made for the first one, and holds the event loop for some 100 ms.
      await database.$queryRawUnsafe('SELECT 1');
      await warnOfPower(database, logger);
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
  /** Notifies the peers of what is stored; without it nobody is. */
  readonly notifier?: AppendNotifier | undefined;
}

/** What the application reaches the database through. */
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

/** What somebody who can read and write as the server could do to the log. */
async function warnOfPower(database: Database, logger: Logger): Promise<void> {
  const { owner, superuser } = await servingRoleOf(database.pool);
  if (owner || superuser) logger.warn('database.role_owns_log', { owner, superuser });
}
