import type { AccessLog, ReadAccess } from '../../../application/ports/access-log.js';
import type { Logger } from '../../../application/ports/logger.js';
import type { Metrics } from '../../../application/ports/metrics.js';
import { asError, retryInHalves } from '../batching/retry-in-halves.js';
import type { Database } from '../connection/database.js';
import { insertAccesses, MAX_BATCH_ACCESSES, valuesOf } from './access-log-insert.js';

/** Noted entries that may wait for the database; one more is lost. About 15 MB. */
export const MAX_WAITING_NOTES = 50_000;
/** The wait between a try that the database failed and the next one: at first, and at most. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** How often the end looks whether all is stored. */
const SETTLE_STEP_MS = 10;

export interface AccessNotesDependencies {
  readonly database: Database;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/**
 * Entries that nobody waits for, such as that somebody has left: there is nobody to refuse. One batch at a time goes to
 * the database beside what readers wait for. While the database is away they are kept, and tried again with growing
 * pauses; as each of them belongs to a join that was stored before, an outage adds no more than were present at its
 * beginning. A try whose answer got lost may have stored its entries, and the next one stores them twice.
 */
export function createAccessNotes(dependencies: AccessNotesDependencies): Pick<AccessLog, 'note' | 'settle'> {
  const { database, metrics, logger } = dependencies;
  let waiting: ReadAccess[] = [];
  let isStoring = false;
  metrics.gauge('access_notes_waiting', () => waiting.length);

  function lose({ action, at, reader, consultationId, requestId }: ReadAccess, error: Error): void {
    metrics.count('access_notes_lost_total');
    logger.error('access_log.note_lost', error, {
      action,
      at,
      readerKind: reader.kind,
      readerId: reader.id,
      consultationId,
      requestId,
    });
  }

  /** @returns whether the database took what it was given. An entry that it refuses for what it holds is lost. */
  async function storeSome(): Promise<boolean> {
    const batch = waiting.slice(0, MAX_BATCH_ACCESSES);
    const again = new Set<ReadAccess>();
    await retryInHalves(batch, Number.POSITIVE_INFINITY, {
      attempt: async (accesses) => {
        await insertAccesses(database, accesses.map(valuesOf));
        return 'answered';
      },
      blame: (access, error) => {
        lose(access, asError(error));
        return 'answered';
      },
      fail: (accesses) => {
        for (const access of accesses) again.add(access);
      },
    });
    // The end may have given them up meanwhile.
    if (waiting[0] === batch[0]) {
      waiting = [...batch.filter((access) => again.has(access)), ...waiting.slice(batch.length)];
    }
    return again.size === 0;
  }

  async function storeAll(): Promise<void> {
    isStoring = true;
    // What arrives in the same turn of the event loop goes into the first batch.
    await Promise.resolve();
    let pauseMs = FIRST_PAUSE_MS;
    while (waiting.length > 0) {
      if (await storeSome()) {
        pauseMs = FIRST_PAUSE_MS;
        continue;
      }
      // It keeps no process alive that has nothing else to do.
      await pause(pauseMs, (timer) => timer.unref());
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
    isStoring = false;
  }

  return {
    note: (access) => {
      if (waiting.length >= MAX_WAITING_NOTES) {
        lose(access, new Error('too many entries wait for the database'));
        return;
      }
      waiting.push({ ...access, reader: { ...access.reader } });
      if (!isStoring) void storeAll();
    },
    settle: async (silentMs, limitMs = silentMs) => {
      const endMs = performance.now() + limitMs;
      let silentUntilMs = performance.now() + silentMs;
      let left = waiting.length;
      while (waiting.length > 0 && performance.now() < Math.min(endMs, silentUntilMs)) {
        await pause(SETTLE_STEP_MS);
        if (waiting.length < left) silentUntilMs = performance.now() + silentMs;
        left = waiting.length;
      }
      const given = waiting;
      waiting = [];
      for (const access of given) lose(access, new Error('the server stopped before the database took it'));
    },
  };
}

function pause(ms: number, withTimer: (timer: NodeJS.Timeout) => void = () => {}): Promise<void> {
  return new Promise((resolve) => {
    withTimer(setTimeout(resolve, ms));
  });
}
