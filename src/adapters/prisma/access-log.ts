import type { AccessLog } from '../../application/ports/access-log.js';
import type { Metrics } from '../../application/ports/metrics.js';
import { createAccessLogQuery } from './access-log-query.js';
import { createAccessRecorder } from './access-log-recorder.js';
import type { Database } from './database.js';

/** Reads in a table of their own, merged with the writes that the event log holds anyway. */
export function createPrismaAccessLog(database: Database, metrics: Metrics): AccessLog {
  return { record: createAccessRecorder(database, metrics), query: createAccessLogQuery(database) };
}
