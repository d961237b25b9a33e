import type { EventStore } from '../../application/ports/event-store.js';
import type { Metrics } from '../../application/ports/metrics.js';
import { createBatchWriter } from './batch-writer.js';
import type { Database } from './database.js';
import { createGroupCommit } from './group-commit.js';
import { createLogReader } from './log-reader.js';

/** The log in PostgreSQL, with the read models: appends in groups, reads one by one. */
export function createPrismaEventStore(database: Database, metrics: Metrics): EventStore {
  const reader = createLogReader(database);
  const append = createGroupCommit(createBatchWriter(database, reader), metrics);
  return { ...reader, append: append as EventStore['append'] };
}
