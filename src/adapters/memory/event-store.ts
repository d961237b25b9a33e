import type { EventStore } from '../../application/ports/event-store.js';
import { invariant } from '../../domain/invariant.js';
import type { MemoryLog } from './memory-log.js';

/**
 * Stores at the time of the call, and answers a moment later, in the order of the calls. A position is a count of
 * events.
 */
export function createMemoryEventStore(log: MemoryLog): EventStore {
  return {
    append: async (request) => log.append(request),
    readStream: async (streamId, after, limit) => log.stream(streamId).slice(after, after + limit),
    readAll: async (after, limit) => {
      const from = after === null ? 0 : Number(after);
      invariant(Number.isSafeInteger(from) && from >= 0, 'a position comes from the log that is read');
      const events = log.all().slice(from, from + limit);
      return { events, next: events.length === 0 ? after : String(from + events.length) };
    },
    findByIdempotencyKey: async (streamId, key) => log.original(streamId, key),
  };
}
