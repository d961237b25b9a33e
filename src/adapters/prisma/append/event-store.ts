import type { EventStore } from '../../../application/ports/event-store.js';
import type { Metrics } from '../../../application/ports/metrics.js';
import type { Database } from '../connection/database.js';
import { createLogReader } from '../log/log-reader.js';
import { type AppendNotifier, NOTIFIES_NOBODY } from './append-notifier.js';
import { createBatchWriter } from './batch-writer.js';
import { createGroupCommit } from './group-commit.js';

/**
 * The event log in PostgreSQL, with the read models. Appends are stored in groups, and read singly.
 *
 * @param notifier notifies other processes of what is stored. When left out, nobody is notified.
 */
export function createPrismaEventStore(
  database: Database,
  metrics: Metrics,
  notifier: AppendNotifier = NOTIFIES_NOBODY,
): EventStore {
  const reader = createLogReader(database);
  const append = createGroupCommit(createBatchWriter(database, reader, notifier), metrics);
  return { ...reader, append: append as EventStore['append'] };
}
