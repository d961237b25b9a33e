import type { EventStore } from '../../../application/ports/event-store.js';
import type { Metrics } from '../../../application/ports/metrics.js';
import type { Database } from '../connection/database.js';
import { createLogReader } from '../log/log-reader.js';
import { TELLS_NOBODY, type Telling } from '../peers/telling.js';
import { createBatchWriter } from './batch-writer.js';
import { createGroupCommit } from './group-commit.js';

/**
 * The log in PostgreSQL, with the read models: appends in groups, reads one by one.
 *
 * @param telling whether other processes are told what is stored; nobody is unless told.
 */
export function createPrismaEventStore(
  database: Database,
  metrics: Metrics,
  telling: Telling = TELLS_NOBODY,
): EventStore {
  const reader = createLogReader(database);
  const append = createGroupCommit(createBatchWriter(database, reader, telling), metrics);
  return { ...reader, append: append as EventStore['append'] };
}
