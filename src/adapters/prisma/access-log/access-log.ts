import type { AccessLog } from '../../../application/ports/access-log.js';
import { type AccessNotesDependencies, createAccessNotes } from './access-log-notes.js';
import { createAccessLogQuery } from './access-log-query.js';
import { createAccessRecorder } from './access-log-recorder.js';

/** The access log: reads have a table of their own, and are merged with the writes, which the event log holds already. */
export function createPrismaAccessLog(dependencies: AccessNotesDependencies): AccessLog {
  const { database, metrics } = dependencies;
  return {
    record: createAccessRecorder(database, metrics),
    ...createAccessNotes(dependencies),
    query: createAccessLogQuery(database),
  };
}
