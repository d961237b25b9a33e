import type { Database } from './database.js';
import { recordedEvent } from './event-rows.js';
import { readByStreams, type StreamPlace } from './log-reader.js';
import { insertMessagesFrom, isProjectedInBulk, project, updateReadMarksFrom } from './projections.js';

/** `messages` first: every append locks it with its first statement, so that none is caught half-way. */
const READ_MODELS = [
  'messages',
  'chats',
  'consultations',
  'doctor_date_overrides',
  'doctor_schedules',
  'doctors',
  'users',
];
const PAGE = 1_000;
const TRANSACTION_LIMITS = { maxWait: 10_000, timeout: 24 * 60 * 60 * 1_000 };

/**
 * Empties the read models and fills them from the log, in one transaction: readers see the old ones until it commits.
 * The lock keeps every append waiting meanwhile, because an append writes read models too, so none is missed. Rows are
 * deleted, not truncated, because a truncated table looks empty to whoever reads at that moment. The log is read stream by
 * stream: a stream has an order that nothing can change, and no read model is made of two of them.
 *
 * @returns how many events were read. Open the database without a statement timeout.
 */
export async function rebuildReadModels(database: Database): Promise<number> {
  return database.$transaction(async (transaction) => {
    await transaction.$executeRawUnsafe(`LOCK TABLE ${READ_MODELS.join(', ')} IN EXCLUSIVE MODE`);
    for (const table of READ_MODELS) await transaction.$executeRawUnsafe(`DELETE FROM ${table}`);
    let count = 0;
    let place: StreamPlace | null = null;
    for (;;) {
      const rows = await readByStreams(transaction, place, PAGE);
      for (const row of rows) {
        const recorded = recordedEvent(row);
        if (!isProjectedInBulk(recorded.event)) await project(transaction, recorded);
      }
      count += rows.length;
      const last = rows.at(-1);
      if (last === undefined) break;
      place = { streamId: last.stream_id, version: last.version };
    }
    await transaction.$executeRawUnsafe(insertMessagesFrom('events'));
    await transaction.$executeRawUnsafe(updateReadMarksFrom('events'));
    return count;
  }, TRANSACTION_LIMITS);
}
