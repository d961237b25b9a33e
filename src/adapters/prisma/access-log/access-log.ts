import type { AccessLog } from '../../../application/ports/access-log.js';
import { type AccessNotesDependencies, createAccessNotes } from './access-log-notes.js';
import { createAccessLogQuery } from './access-log-query.js';
import { createAccessRecorder } from './access-log-recorder.js';

/** Reads in a table of their own, merged with the writes that the event log holds anyway. */
export function createPrismaAccessLog(dependencies: AccessNotesDependencies): AccessLog {
  const { database, metrics } = dependencies;
  return {
    record: createAccessRecorder(database, metrics),
    ...createAccessNotes(dependencies),
    query: createAccessLogQuery(database),
  };
}
