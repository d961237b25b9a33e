import type { AccessLog, ReadAccess } from '../../../application/ports/access-log.js';
import type { Logger } from '../../../application/ports/logger.js';
import type { Metrics } from '../../../application/ports/metrics.js';
import { asError, retryInHalves } from '../batching/retry-in-halves.js';
import type { Database } from '../connection/database.js';
import { insertAccesses, MAX_BATCH_ACCESSES, valuesOf } from './access-log-insert.js';

/** How many noted entries may wait for the database, which is about 15 MB. Any further one is lost. */
export const MAX_WAITING_NOTES = 50_000;
/** The pause after a try that failed, in ms: the first one, and the longest one. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** How often `settle` checks whether everything is stored, in ms. */
const SETTLE_STEP_MS = 10;

export interface AccessNotesDependencies {
  readonly database: Database;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/**
 * Stores entries that nobody waits for, such as that somebody has left. One batch at a time goes to the database,
 * beside the entries that readers wait for. While the database is away, the notes are kept and tried again with
 * growing pauses. Each of them belongs to a join that was stored before, so an outage adds no more than there were
 * people present at its beginning. If the answer to a try gets lost, its entries may have been stored, and the next
 * try stores them a second time.
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

  /** @returns whether the database took the batch. An entry that it refuses because of the entry's content is lost. */
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
    // `settle` may have given these entries up meanwhile.
    if (waiting[0] === batch[0]) {
      waiting = [...batch.filter((access) => again.has(access)), ...waiting.slice(batch.length)];
    }
    return again.size === 0;
  }

  async function storeAll(): Promise<void> {
    isStoring = true;
    // Entries that arrive in the same turn of the event loop go into the first batch.
    await Promise.resolve();
    let pauseMs = FIRST_PAUSE_MS;
    while (waiting.length > 0) {
      if (await storeSome()) {
        pauseMs = FIRST_PAUSE_MS;
        continue;
      }
      // This timer does not keep the process alive.
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
