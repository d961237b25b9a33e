import type { RecordedEvent, StreamId, StreamVersion } from '../../../application/ports/event-store.js';
import type { Database, Transaction } from '../connection/database.js';
import { READ_MODELS } from '../connection/read-model-tables.js';
import { recordedEvent } from '../log/event-rows.js';
import { readByStreams } from '../log/log-reader.js';
import {
  EVENTS_IN,
  type EventRow,
  eventRow,
  insertMessagesFrom,
  isProjectedInBulk,
  project,
  updateChatsFrom,
} from './projections.js';

/**
 * `messages` is locked first. Every append locks it with its first statement, so that no append is interrupted
 * half-way.
 */
const LOCKED = READ_MODELS.toReversed();
/** How many events are read, and projected, at a time. */
const PAGE = 1_000;
const TRANSACTION_LIMITS = { maxWait: 10_000, timeout: 24 * 60 * 60 * 1_000 };
/**
 * The projections in bulk, from events that the codec has read. The table of events holds each event in the version
 * in which it was written, and no statement knows the old versions.
 */
const PROJECT_PAGE = `
WITH decoded AS (${EVENTS_IN}), messages_projected AS (${insertMessagesFrom('decoded')}
)${updateChatsFrom('decoded', false)}`;

/**
 * Empties the read models and fills them from the log, in one transaction: readers see the old ones until it commits.
 * Every append waits for the lock meanwhile, because it writes read models, too; so none is missed. Rows are deleted,
 * not truncated, because a truncated table looks empty to anybody who reads at that moment. The log is read stream by
 * stream: the order within a stream never changes, and no read model is made of two streams. The database must be
 * opened without a statement timeout.
 *
 * @returns how many events were read.
 */
export async function rebuildReadModels(database: Database): Promise<number> {
  return database.$transaction(async (transaction) => {
    await transaction.$executeRawUnsafe(`LOCK TABLE ${LOCKED.join(', ')} IN EXCLUSIVE MODE`);
    for (const table of LOCKED) await transaction.$executeRawUnsafe(`DELETE FROM ${table}`);
    let count = 0;
    let position: StreamVersion | null = null;
    for (;;) {
      const rows = await readByStreams(transaction, position, PAGE);
      await projectPage(transaction, rows.map(recordedEvent));
      count += rows.length;
      const last = rows.at(-1);
      if (last === undefined) break;
      position = { streamId: last.stream_id as StreamId, version: last.version };
    }
    return count;
  }, TRANSACTION_LIMITS);
}

/**
 * Projects a page of events. Those in bulk come last, because they need the consultation, which was opened in the
 * same page or in an earlier one.
 */
async function projectPage(transaction: Transaction, page: readonly RecordedEvent[]): Promise<void> {
  const inBulk: EventRow[] = [];
  for (const recorded of page) {
    if (isProjectedInBulk(recorded.event)) inBulk.push(eventRow(recorded));
    else await project(transaction, recorded);
  }
  if (inBulk.length > 0) await transaction.$executeRawUnsafe(PROJECT_PAGE, JSON.stringify(inBulk));
}
