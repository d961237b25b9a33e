import type { LogPosition } from '../../application/ports/event-store.js';
import type { Database } from './database.js';
import { recordedEvent } from './event-rows.js';
import { positionOf, readLog } from './event-store.js';
import { insertMessagesFrom, isProjectedInBulk, project } from './projections.js';

const READ_MODELS = 'users, doctors, doctor_schedules, doctor_date_overrides, consultations, chats, messages';
const PAGE = 1_000;
const TRANSACTION_LIMITS = { maxWait: 10_000, timeout: 24 * 60 * 60 * 1_000 };

/**
 * Empties the read models and fills them from the log, in one transaction: readers see the old ones until it commits.
 * The lock keeps every append waiting meanwhile, because an append writes read models too, so none is missed.
 *
 * @returns how many events were read. Open the database without a statement timeout.
 */
export async function rebuildReadModels(database: Database): Promise<number> {
  return database.$transaction(async (transaction) => {
    await transaction.$executeRawUnsafe(`LOCK TABLE ${READ_MODELS} IN ACCESS EXCLUSIVE MODE`);
    await transaction.$executeRawUnsafe(`TRUNCATE ${READ_MODELS}`);
    let count = 0;
    let position: LogPosition = null;
    for (;;) {
      const rows = await readLog(transaction, position, PAGE, 'visible');
      for (const row of rows) {
        const recorded = recordedEvent(row);
        if (!isProjectedInBulk(recorded.event)) await project(transaction, recorded);
      }
      count += rows.length;
      position = positionOf(rows);
      if (position === null) break;
    }
    await transaction.$executeRawUnsafe(insertMessagesFrom('events'));
    return count;
  }, TRANSACTION_LIMITS);
}
