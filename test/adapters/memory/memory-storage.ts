import { createMemoryAccessLog } from '../../../src/adapters/memory/access-log.js';
import { createMemoryConsultationQueries } from '../../../src/adapters/memory/consultation-queries.js';
import { createMemoryDirectory } from '../../../src/adapters/memory/directory.js';
import { createMemoryEventStore } from '../../../src/adapters/memory/event-store.js';
import { createMemoryLog } from '../../../src/adapters/memory/memory-log.js';
import { createMemoryMessageHistory } from '../../../src/adapters/memory/message-history.js';
import { createMemoryStateReader } from '../../../src/adapters/memory/state-reader.js';
import type { Storage } from '../../contracts/storage.js';

export async function openMemoryStorage(): Promise<Storage> {
  const log = createMemoryLog();
  return {
    eventStore: createMemoryEventStore(log),
    otherEventStore: createMemoryEventStore(log),
    stateReader: createMemoryStateReader(log),
    history: createMemoryMessageHistory(log),
    queries: createMemoryConsultationQueries(log),
    directory: createMemoryDirectory(log),
    accessLog: createMemoryAccessLog(log),
    close: async () => {},
  };
}
