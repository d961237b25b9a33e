import {
  MAX_PAGE_BYTES,
  type MessageHistory,
  type StoredMessage,
} from '../../application/ports/message-history.js';
import type { MemoryLog } from './memory-log.js';

export function createMemoryMessageHistory(log: MemoryLog): MessageHistory {
  return {
    after: async (consultationId, after, limit) => {
      const from = Math.max(0, after);
      const messages = log.messages(consultationId).slice(from, from + limit);
      return messages.slice(0, countUntilFull(messages));
    },
    before: async (consultationId, before, limit) => {
      const messages = log.messages(consultationId);
      const end = Math.min(messages.length, before === null ? messages.length : Math.max(0, before - 1));
      const nearest = messages.slice(Math.max(0, end - limit), end).reverse();
      return nearest.slice(0, countUntilFull(nearest)).reverse();
    },
  };
}

/** How many of the messages fit into a page, from the first on. */
function countUntilFull(messages: readonly StoredMessage[]): number {
  let bytes = 0;
  for (const [index, { content }] of messages.entries()) {
    bytes += Buffer.byteLength(content);
    if (bytes >= MAX_PAGE_BYTES) return index + 1;
  }
  return messages.length;
}
